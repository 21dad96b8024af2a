# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from importlib.util import find_spec

#: Whether Ansible registers the values of secret options: from ansible-core 2.22 on. Others may not know ``secret``.
HAS_REGISTRY = find_spec("ansible.module_utils.secrets") is not None


class ModuleDocFragment:
    """Options of the connection: region, project, credentials, endpoints and transport."""

    DOCUMENTATION = r"""
options:
  region:
    description:
      - Region whose images are listed, such as V(cn-north-4), in lower case.
      - Required unless O(regions) is set, O(endpoint) and O(project_id) are set, or the profile that provides the
        credentials contains a region.
      - If not set, the environment variable E(HW_REGION_NAME) is used.
    type: str
    aliases:
      - region_name
  regions:
    description:
      - List of regions to query. Each region is queried independently. The images are returned in the order of the
        regions, and each image contains RV(ignore:region) and RV(ignore:project_id).
      - Mutually exclusive with O(region), O(project_id) and O(project_name). Those of the environment are ignored.
      - The regions are queried one at a time until one has accepted the credentials, then the others in parallel, so
        that a wrong key causes one failed authentication. Huawei Cloud locks a key after more than five.
    type: list
    elements: str
  on_region_error:
    description:
      - What to do if O(regions) is set and some regions fail.
      - V(fail) fails the task. The failure contains the images of the other regions.
      - V(warn) gives a warning for each failed region if at least one region succeeds. A failed authentication always
        fails the task.
    type: str
    choices:
      - fail
      - warn
    default: fail
  project_id:
    description:
      - ID of the project. If no source contains it, it is looked up in IAM, which takes one request.
      - If not set, the environment variables E(HUAWEICLOUD_SDK_PROJECT_ID) and E(HW_PROJECT_ID) are used, unless
        E(HW_REGION_NAME) names another region; then the project of the file or profile that provides the credentials.
    type: str
  project_name:
    description:
      - Name of the project to look up in IAM. The default is the region's own project, which has the region's name.
      - If not set, the environment variable E(HW_PROJECT_NAME) is used.
    type: str
  access_key:
    description:
      - Access key. Requires O(secret_key).
      - If the task sets no credentials, the environment variables E(HUAWEICLOUD_SDK_AK) and E(HW_ACCESS_KEY) are
        used.
    type: str
    aliases:
      - ak
  secret_key:
    description:
      - Secret key of O(access_key).
      - If the task sets no credentials, the environment variables E(HUAWEICLOUD_SDK_SK) and E(HW_SECRET_KEY) are
        used.
    type: str
    aliases:
      - sk
  security_token:
    description:
      - Security token of temporary keys. It is only used with O(access_key) and O(secret_key) from the same source.
      - If the task sets no credentials, the environment variables E(HUAWEICLOUD_SDK_SECURITY_TOKEN) and
        E(HW_SECURITY_TOKEN) are used.
    type: str
  auth_token:
    description:
      - IAM token, used instead of keys.
      - If the task sets no credentials, the environment variable E(HW_AUTH_TOKEN) is used.
    type: str
  username:
    description:
      - Name of an IAM user. Requires O(password) and O(domain_name). They are exchanged for a token.
      - If the task sets no credentials, the environment variable E(HW_USER_NAME) is used.
    type: str
  password:
    description:
      - Password of O(username).
      - If the task sets no credentials, the environment variable E(HW_USER_PASSWORD) is used.
    type: str
  domain_name:
    description:
      - Name of the account to which O(username) belongs.
      - If the task sets no credentials, the environment variable E(HW_DOMAIN_NAME) is used.
    type: str
  agency_name:
    description:
      - Name of the agency to assume, with which another account delegates access to yours. Requires
        O(agency_domain_name) or O(agency_domain_id).
      - IAM exchanges the credentials for temporary keys of the agency, and all further requests use these keys. This
        requires the permission Agent Operator.
      - The project belongs to the other account. If the task sets neither O(project_id) nor O(project_name), it is
        the region's own project.
      - If not set, the environment variable E(HW_ASSUME_ROLE_AGENCY_NAME) is used, unless the task sets credentials.
        With the keys of E(HUAWEICLOUD_SDK_AK), it is ignored with a warning.
    type: str
    version_added: 1.1.0
  agency_domain_name:
    description:
      - Name of the account that created the agency O(agency_name). Mutually exclusive with O(agency_domain_id).
      - If the task does not name an agency, the environment variable E(HW_ASSUME_ROLE_DOMAIN_NAME) is used.
    type: str
    version_added: 1.1.0
  agency_domain_id:
    description:
      - ID of the account that created the agency O(agency_name). Mutually exclusive with O(agency_domain_name).
      - If the task does not name an agency, the environment variable E(HW_ASSUME_ROLE_DOMAIN_ID) is used.
    type: str
    version_added: 1.1.0
  profile:
    description:
      - Section of O(credentials_file), by default V(basic), or profile of O(shared_config_file), by default its
        current one.
      - In a task, it counts as the task's credentials and overrides the keys of the environment.
      - If not set, the environment variable E(HW_PROFILE) is used.
    type: str
  credentials_file:
    description:
      - Credentials file of the vendor's SDKs, by default C(~/.huaweicloud/credentials). A relative path is relative
        to the playbook's directory.
      - In a task, it counts as the task's credentials and overrides the keys of the environment.
      - If not set, the environment variable E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) is used.
    type: path
  shared_config_file:
    description:
      - Configuration file of KooCLI and Terraform, by default C(~/.hcloud/config.json). A relative path is relative
        to the playbook's directory.
      - The keys must not be encrypted. To turn encryption off, run C(hcloud configure set --cli-auth-encrypt=false).
      - In a task, it counts as the task's credentials and overrides the keys of the environment.
      - If not set, the environment variable E(HW_SHARED_CONFIG_FILE) is used.
    type: path
  cloud:
    description:
      - Domain of the cloud, by default V(myhuaweicloud.com), and V(myhuaweicloud.eu) for regions that begin with
        C(eu-west-1).
      - If not set, the environment variable E(HW_CLOUD) is used.
    type: str
  endpoint:
    description:
      - Base URL of the Workspace service, by default C(https://workspace.{region}.{cloud}). C({region}) is replaced
        by the region. A trailing C(/v2) or C(/v2/PROJECT) is accepted.
      - If not set, the environment variable E(HUAWEICLOUD_SDK_REGION_WORKSPACE_<REGION>) is used, with the region in
        upper case and C(_) for C(-), such as E(HUAWEICLOUD_SDK_REGION_WORKSPACE_CN_NORTH_4).
    type: str
  iam_endpoint:
    description:
      - Base URL of IAM, by default C(https://iam.{region}.{cloud}). C({region}) is replaced by the region. A trailing
        C(/v3) is accepted.
      - If not set, the environment variables E(HUAWEICLOUD_SDK_IAM_ENDPOINT) and E(HW_AUTH_URL) are used.
    type: str
  sts_endpoint:
    description:
      - Base URL of STS, by default C(https://sts.{region}.{cloud}). C({region}) is replaced by the region.
      - If not set, the environment variable E(HUAWEICLOUD_SDK_STS_ENDPOINT) is used.
    type: str
  validate_certs:
    description:
      - Whether to verify TLS certificates. Set it to V(false) only for tests on your own machine.
    type: bool
    default: true
  ca_path:
    description:
      - File or directory of trusted CA certificates. It overrides E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE). A
        relative path is relative to the playbook's directory.
    type: path
  timeout:
    description:
      - Maximum time in seconds for one attempt of a request, from the DNS lookup to the last byte.
    type: float
    default: 30
  max_retries:
    description:
      - Number of further attempts after the first, from 0 to 10. The default is 4. A failed authentication is never
        retried.
      - If not set, the environment variable E(HW_MAX_RETRIES) is used. A larger number there counts as 10.
    type: int
  max_retry_delay:
    description:
      - Maximum delay between two attempts in seconds.
    type: float
    default: 60
  decode_authorization_message:
    description:
      - Whether to have STS decode the reason if access is denied. This requires an access key and the permission
        C(sts::decodeAuthorizationMessage).
    type: bool
    default: false
  use_instance_metadata:
    description:
      - Whether to use temporary keys from the instance metadata of the cloud server. The default is V(true). The
        metadata is queried only if no other source has credentials.
      - If not set, the environment variable E(HUAWEICLOUD_WORKSPACE_USE_INSTANCE_METADATA) is used.
    type: bool
requirements:
  - requests >= 2.28.1
  - voluptuous >= 0.12.2
notes:
  - The first source that has credentials provides all of them. The sources are, in order of precedence, the options
    of the task; the environment variables of the SDK; the environment variables of Terraform; the OIDC environment
    variables of the SDK, such as E(HUAWEICLOUD_OIDC_AGENCY_URN); O(credentials_file), by default
    C(~/.huaweicloud/credentials); O(shared_config_file), by default C(~/.hcloud/config.json); the instance metadata of
    the cloud server.
  - An option that is empty or null is an error. Use C(omit) to leave an option out.
  - To use a proxy, set environment variables such as E(HTTPS_PROXY) and E(NO_PROXY). SOCKS proxies require the Python
    library PySocks.
  - For many hosts, list the images once, with C(delegate_to=localhost) and C(run_once=true). Huawei Cloud locks an
    access key after more than five failed authentications.
"""

    # Variables and keys of ansible.cfg from which a lookup reads the options. Secrets are never read from ansible.cfg.
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
  agency_name:
    vars:
      - name: huaweicloud_agency_name
    ini:
      - section: huaweicloud
        key: agency_name
  agency_domain_name:
    vars:
      - name: huaweicloud_agency_domain_name
    ini:
      - section: huaweicloud
        key: agency_domain_name
  agency_domain_id:
    vars:
      - name: huaweicloud_agency_domain_id
    ini:
      - section: huaweicloud
        key: agency_domain_id
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

    # The options that Ansible masks when a lookup reads them.
    SECRETS = r"""
options:
  access_key:
    secret: true
  secret_key:
    secret: true
  security_token:
    secret: true
  auth_token:
    secret: true
  password:
    secret: true
"""
    # ansible-test reads assignments of plain texts only.
    if not HAS_REGISTRY:
        SECRETS = "options: {}"
