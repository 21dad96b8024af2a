# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How the services are reached, and in whose name."""

    DOCUMENTATION = r"""
options:
  region:
    description:
      - Region whose images are listed, such as V(cn-north-4).
      - Required, unless O(regions) is given, or O(endpoint) and O(project_id) are, or the profile that gives the
        identity names one.
      - If not given, the environment variable E(HW_REGION_NAME) is used.
    type: str
    aliases:
      - region_name
  regions:
    description:
      - Several regions, each of which is asked as if alone. The images follow in the order given, and each carries
        RV(ignore:region) and RV(ignore:project_id).
      - Stands instead of O(region), O(project_id) and O(project_name); those of the environment are ignored.
      - The regions are asked one at a time until one has accepted the identity, then the others side by side.
        A wrong key costs one refusal that way; more than five in a row lock it.
    type: list
    elements: str
  on_region_error:
    description:
      - What to do if O(regions) is given and some of them fail.
      - V(fail) fails the task, with the images of the other regions in the failure.
      - V(warn) gives a warning for each, as long as one region answered. A refused identity fails always.
    type: str
    choices:
      - fail
      - warn
    default: fail
  project_id:
    description:
      - ID of the project. If it is known from nowhere, IAM is asked for it, which costs one request.
      - If not given, the environment variables E(HUAWEICLOUD_SDK_PROJECT_ID) and E(HW_PROJECT_ID) are used, unless
        E(HW_REGION_NAME) names another region; then the project of the file or profile that gives the identity.
    type: str
  project_name:
    description:
      - Name of the project that IAM is asked for. By default that of the region's own project, which is named like the
        region.
      - If not given, the environment variable E(HW_PROJECT_NAME) is used.
    type: str
  access_key:
    description:
      - Access key, together with O(secret_key).
      - If the task gives no identity, the environment variables E(HUAWEICLOUD_SDK_AK) and E(HW_ACCESS_KEY) are used.
    type: str
    aliases:
      - ak
  secret_key:
    description:
      - Secret key of O(access_key).
      - If the task gives no identity, the environment variables E(HUAWEICLOUD_SDK_SK) and E(HW_SECRET_KEY) are used.
    type: str
    aliases:
      - sk
  security_token:
    description:
      - Security token of temporary keys. It counts only beside O(access_key) and O(secret_key) of the same source.
      - If the task gives no identity, the environment variables E(HUAWEICLOUD_SDK_SECURITY_TOKEN) and
        E(HW_SECURITY_TOKEN) are used.
    type: str
  auth_token:
    description:
      - Token of IAM, instead of keys.
      - If the task gives no identity, the environment variable E(HW_AUTH_TOKEN) is used.
    type: str
  username:
    description:
      - Name of an IAM user, together with O(password) and O(domain_name), which are exchanged for a token.
      - If the task gives no identity, the environment variable E(HW_USER_NAME) is used.
    type: str
  password:
    description:
      - Password of O(username).
      - If the task gives no identity, the environment variable E(HW_USER_PASSWORD) is used.
    type: str
  domain_name:
    description:
      - Name of the account to which O(username) belongs.
      - If the task gives no identity, the environment variable E(HW_DOMAIN_NAME) is used.
    type: str
  profile:
    description:
      - A section of O(credentials_file), by default V(basic), or a profile of O(shared_config_file), by default its
        current one.
      - If the task names one, it is the identity of the task, and beats the keys of the environment.
      - If not given, the environment variable E(HW_PROFILE) is used.
    type: str
  credentials_file:
    description:
      - File of credentials as the vendor's SDKs read it, by default C(~/.huaweicloud/credentials).
      - If the task names one, it is the identity of the task, and beats the keys of the environment.
      - If not given, the environment variable E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) is used.
    type: path
  shared_config_file:
    description:
      - Configuration file of KooCLI and Terraform, by default C(~/.hcloud/config.json). Its secrets have to be plain
        text, see C(hcloud configure set --cli-auth-encrypt=false).
      - If the task names one, it is the identity of the task, and beats the keys of the environment.
      - If not given, the environment variable E(HW_SHARED_CONFIG_FILE) is used.
    type: path
  cloud:
    description:
      - Domain of the cloud, by default V(myhuaweicloud.com), and V(myhuaweicloud.eu) for regions that begin with
        C(eu-west-1).
      - If not given, the environment variable E(HW_CLOUD) is used.
    type: str
  endpoint:
    description:
      - Base URL of the Workspace service, in which C({region}) may stand. By default
        C(https://workspace.{region}.{cloud}).
      - If not given, the environment variable E(HUAWEICLOUD_SDK_REGION_WORKSPACE_<REGION>) is used, with the region in
        upper case and C(_) for C(-), such as E(HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4).
    type: str
  iam_endpoint:
    description:
      - Base URL of IAM, in which C({region}) may stand. By default C(https://iam.{region}.{cloud}).
      - If not given, the environment variables E(HUAWEICLOUD_SDK_IAM_ENDPOINT) and E(HW_AUTH_URL) are used.
    type: str
  sts_endpoint:
    description:
      - Base URL of STS, in which C({region}) may stand. By default C(https://sts.{region}.{cloud}).
      - If not given, the environment variable E(HUAWEICLOUD_SDK_STS_ENDPOINT) is used.
    type: str
  validate_certs:
    description:
      - Whether certificates are checked. Switch it off only for tests on your own machine.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory with the certificates of the authorities that are trusted. It beats E(REQUESTS_CA_BUNDLE) and
        E(CURL_CA_BUNDLE).
    type: path
  timeout:
    description:
      - Seconds that one attempt may take as a whole, from looking the name up to the last byte.
    type: float
    default: 30
  max_retries:
    description:
      - Further attempts after the first, from 0 to 10, by default 4. A refused identity is never tried again.
      - If not given, the environment variable E(HW_MAX_RETRIES) is used; a larger number there counts as 10.
    type: int
  max_retry_delay:
    description:
      - Longest wait between two attempts in seconds.
    type: float
    default: 60
  decode_authorization_message:
    description:
      - Whether STS is asked to decrypt the reason of a refusal. It wants keys, and the permission
        C(sts::decodeAuthorizationMessage).
    type: bool
    default: false
  use_instance_metadata:
    description:
      - Whether the metadata of the cloud server may be asked for temporary keys, by default V(true). It is asked only
        if no other source has an identity.
      - If not given, the environment variable E(HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA) is used.
    type: bool
requirements:
  - requests >= 2.28.1
  - voluptuous >= 0.12.2
notes:
  - The first source that has an identity wins, and gives all of it. Sources are, in this order, the options of the
    task; the environment with the names of the vendor's SDK, then with those of Terraform; O(credentials_file);
    O(shared_config_file); the metadata of the cloud server.
  - Proxies are taken from the environment variables that other tools use, such as E(HTTPS_PROXY) and E(NO_PROXY).
  - For many hosts, ask once, with C(delegate_to=localhost) and C(run_once=true). A wrong key that is tried for each
    host would be locked.
"""

    # Where a lookup looks beside its keywords; secrets are never read from a file of settings.
    PLUGINS = r"""
options:
  region:
    vars:
      - name: huaweicloud_region
    ini:
      - section: huaweicloud
        key: region
  regions:
    vars:
      - name: huaweicloud_regions
    ini:
      - section: huaweicloud
        key: regions
  on_region_error:
    vars:
      - name: huaweicloud_on_region_error
    ini:
      - section: huaweicloud
        key: on_region_error
  project_id:
    vars:
      - name: huaweicloud_project_id
    ini:
      - section: huaweicloud
        key: project_id
  project_name:
    vars:
      - name: huaweicloud_project_name
    ini:
      - section: huaweicloud
        key: project_name
  access_key:
    vars:
      - name: huaweicloud_access_key
  secret_key:
    vars:
      - name: huaweicloud_secret_key
  security_token:
    vars:
      - name: huaweicloud_security_token
  auth_token:
    vars:
      - name: huaweicloud_auth_token
  username:
    vars:
      - name: huaweicloud_username
    ini:
      - section: huaweicloud
        key: username
  password:
    vars:
      - name: huaweicloud_password
  domain_name:
    vars:
      - name: huaweicloud_domain_name
    ini:
      - section: huaweicloud
        key: domain_name
  profile:
    vars:
      - name: huaweicloud_profile
    ini:
      - section: huaweicloud
        key: profile
  credentials_file:
    vars:
      - name: huaweicloud_credentials_file
    ini:
      - section: huaweicloud
        key: credentials_file
  shared_config_file:
    vars:
      - name: huaweicloud_shared_config_file
    ini:
      - section: huaweicloud
        key: shared_config_file
  cloud:
    vars:
      - name: huaweicloud_cloud
    ini:
      - section: huaweicloud
        key: cloud
  endpoint:
    vars:
      - name: huaweicloud_endpoint
    ini:
      - section: huaweicloud
        key: endpoint
  iam_endpoint:
    vars:
      - name: huaweicloud_iam_endpoint
    ini:
      - section: huaweicloud
        key: iam_endpoint
  sts_endpoint:
    vars:
      - name: huaweicloud_sts_endpoint
    ini:
      - section: huaweicloud
        key: sts_endpoint
  validate_certs:
    vars:
      - name: huaweicloud_validate_certs
    ini:
      - section: huaweicloud
        key: validate_certs
  ca_path:
    vars:
      - name: huaweicloud_ca_path
    ini:
      - section: huaweicloud
        key: ca_path
  timeout:
    vars:
      - name: huaweicloud_timeout
    ini:
      - section: huaweicloud
        key: timeout
  max_retries:
    vars:
      - name: huaweicloud_max_retries
    ini:
      - section: huaweicloud
        key: max_retries
  max_retry_delay:
    vars:
      - name: huaweicloud_max_retry_delay
    ini:
      - section: huaweicloud
        key: max_retry_delay
  decode_authorization_message:
    vars:
      - name: huaweicloud_decode_authorization_message
    ini:
      - section: huaweicloud
        key: decode_authorization_message
  use_instance_metadata:
    vars:
      - name: huaweicloud_use_instance_metadata
    ini:
      - section: huaweicloud
        key: use_instance_metadata
"""
