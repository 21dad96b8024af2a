#!/usr/bin/python

# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: workspace_image_info
short_description: Find images of Huawei Cloud Workspace
version_added: 1.0.0
description:
  - Lists the images from which you can create or rebuild cloud desktops (云桌面) of Huawei Cloud Workspace, with the
    API operation ListImages, and returns those that match all criteria.
  - The service filters by O(image_id), O(os_type), O(image_type), O(platform), O(architecture) and O(package_type).
    The module applies all other criteria to the images that the service returns.
  - A query without matches succeeds with an empty list. An invalid or incomplete response always fails.
  - The credentials need the permissions C(workspace:images:list) and C(ims:images:list), and without O(project_id) also
    C(iam:projects:listProjects).
author:
  - Contributors to the huaweicloud.workspace collection (@huaweicloud)
extends_documentation_fragment:
  - huaweicloud.workspace.connection
  - huaweicloud.workspace.image_query
  - huaweicloud.workspace.attributes
attributes:
  action:
    description: Has an action plugin on the controller.
    support: full
  async:
    description: Can run with C(async).
    support: full
notes:
  - A task with a local connection, without C(become), C(async) or another Python interpreter, runs in the
    controller's process, which saves the start of a Python. To turn that off, set the variable
    C(huaweicloud_workspace_in_process), or the environment variable E(HUAWEICLOUD_WORKSPACE_IN_PROCESS) of the
    controller, to V(false).
  - The module requires Python 3.9 or later on the target.
seealso:
  - plugin: huaweicloud.workspace.workspace_image
    plugin_type: lookup
  - name: Authentication
    description: Guide to credentials, projects, endpoints and proxies.
    link: https://github.com/huaweicloud/ansible-collection-workspace/blob/main/docs/docsite/rst/authentication.rst
  - name: Choose an image
    description: Guide to criteria, name patterns and the newest image.
    link: https://github.com/huaweicloud/ansible-collection-workspace/blob/main/docs/docsite/rst/choosing_an_image.rst
  - name: Failures
    description: Guide to causes of failures, retries and messages.
    link: https://github.com/huaweicloud/ansible-collection-workspace/blob/main/docs/docsite/rst/failures.rst
  - name: ListImages
    description: API reference of the operation.
    link: https://support.huaweicloud.com/api-workspace/ListImages.html
"""

EXAMPLES = r"""
- name: List all images of the region
  huaweicloud.workspace.workspace_image_info:
    region: cn-north-4
  register: all_images

- name: Find the newest Windows image that fits an 80 GB root volume
  huaweicloud.workspace.workspace_image_info:
    region: cn-north-4
    image_type: gold
    os_type: Windows
    name: "*Server 2019*"
    fits_disk: 80
    most_recent: true
  register: found

- name: Show what the creation of a desktop needs
  ansible.builtin.debug:
    msg: "{{ found.images[0].image_type }} {{ found.images[0].id }}"

- name: List private images in one of two formats, created since the beginning of 2026
  huaweicloud.workspace.workspace_image_info:
    region: cn-north-4
    image_type: private
    disk_format:
      - qcow2
      - zvhd2
    created_after: "2026-01-01"

- name: List arm images of two regions, and continue if one of them fails
  huaweicloud.workspace.workspace_image_info:
    regions:
      - cn-north-4
      - ap-southeast-1
    on_region_error: warn
    architecture: arm

- name: List the images once for many hosts
  huaweicloud.workspace.workspace_image_info:
    region: cn-north-4
    image_type: gold
  delegate_to: localhost
  run_once: true
  register: gold
"""

RETURN = r"""
images:
  description:
    - The images, in the service's order. Every documented field is present, V(none) if the service left it out.
      Undocumented fields are returned as the service sends them.
    - If the task fails and O(regions) is set, the images of the regions that succeeded.
  returned: success, or failure if O(regions) is set
  type: list
  elements: dict
  contains:
    id:
      description: ID of the image.
      type: str
      sample: d6b368bc-a24d-4fb5-a8fb-727356a53f33
    image_type:
      description: V(gold) for public images, V(private) for the images of the account.
      type: str
      sample: gold
    os_type:
      description: Type of the operating system, V(Linux), V(Windows) or V(Other).
      type: str
      sample: Linux
    os_version:
      description: Version of the operating system.
      type: str
      sample: EulerOS 2.2 64bit
    architecture:
      description: Processor architecture, V(x86) or V(arm).
      type: str
      sample: x86
    disk_format:
      description: Disk format, V(vhd), V(raw), V(qcow2) or V(zvhd2).
      type: str
      sample: qcow2
    name:
      description: Name of the image.
      type: str
      sample: Euler_Online_Tenant_vAG
    min_ram:
      description: Required memory in MB.
      type: int
      sample: 0
    min_disk:
      description: Required disk space in GB.
      type: int
      sample: 50
    product_code:
      description: Product code of the image.
      type: str
      sample: OFFI494790--0--893624
    created_at:
      description: Creation time in UTC, as the service returns it.
      type: str
      sample: "2026-03-28T00:00:00Z"
    kms_id:
      description: ID of the key that encrypts the image.
      type: str
      sample: null
    region:
      description: Region of the image.
      returned: if O(regions) is set
      type: str
      sample: cn-north-4
    project_id:
      description: Project in which the image was listed.
      returned: if O(regions) is set
      type: str
      sample: 29dfe82ada564ac2b927e1ff036d9a9b
  sample:
    - architecture: x86
      created_at: "2026-03-28T00:00:00Z"
      disk_format: qcow2
      id: d6b368bc-a24d-4fb5-a8fb-727356a53f33
      image_type: gold
      kms_id: null
      min_disk: 50
      min_ram: 0
      name: Euler_Online_Tenant_vAG
      os_type: Linux
      os_version: EulerOS 2.2 64bit
      product_code: null
nearest_names:
  description:
    - The names that are most similar to O(name), at most three, as text for a message.
  returned: success, if no image matches O(name) and similar names exist
  type: list
  elements: str
  sample:
    - '"Windows Server 2019" (different letter case)'
total_count:
  description:
    - The service's count of the images that match the query, before the criteria; V(none) if the service left it out.
    - With O(regions), the sum of all regions, V(none) if one region has no count.
  returned: success
  type: int
  sample: 250
region:
  description: The region that was queried. V(none) with O(regions), or if only O(endpoint) is set.
  returned: success
  type: str
  sample: cn-north-4
project_id:
  description: ID of the project that was queried, from the options or from IAM. V(none) with O(regions).
  returned: success
  type: str
  sample: 29dfe82ada564ac2b927e1ff036d9a9b
failures:
  description: One entry for each region that failed, with the keys of a failure and RV(ignore:region).
  returned: if O(regions) is set and some regions failed
  type: list
  elements: dict
  sample: []
error_type:
  description:
    - Type of the failure.
    - V(api) - the service returned HTTP status 400 or above.
    - V(connection) - no response, or an incomplete one.
    - V(timeout) - an attempt took longer than O(timeout).
    - V(tls) - TLS verification failed.
    - V(invalid_response) - the response is not what the API documents.
    - V(configuration) - an option, a variable or a file is wrong. No request was sent.
    - V(unresolved) - valid responses do not lead to one result.
  returned: failure, except if Ansible itself reports it
  type: str
  sample: api
error_code:
  description: Error code of the service, V(none) if the response has none.
  returned: failure with RV(error_type=api), or with RV(error_type=invalid_response) if the response has one
  type: str
  sample: WKS.00010099
error_msg:
  description: Error message of the service, V(none) if the response has none.
  returned: failure with RV(error_type=api), or with RV(error_type=invalid_response) if the response has one
  type: str
  sample: The Workspace service is disabled.
http_status:
  description: HTTP status of the response.
  returned: failure with RV(error_type=api), or with RV(error_type=invalid_response) if there was a response
  type: int
  sample: 403
request_id:
  description: Request ID of the service, for the vendor's support.
  returned: failure, if the response has one
  type: str
  sample: 7ab6b7b2c1e3fe0a0e4b3a5d8c9f1e2d
encoded_authorization_message:
  description: Encrypted reason why access was denied.
  returned: failure, if the response has one
  type: str
  sample: FDk3T...
authorization_message:
  description: Reason why access was denied, decoded by STS.
  returned: failure, if O(decode_authorization_message=true) and STS decoded it
  type: dict
  sample:
    failure: implicit deny by identity-based policy
operation:
  description: The API operation that failed.
  returned: failure of a request
  type: str
  sample: ListImages
attempts:
  description: Number of attempts of that request.
  returned: failure of a request
  type: int
  sample: 1
credentials_source:
  description:
    - Source of the credentials of the request.
    - Names the options, the variables, the file and its section or profile, or the instance metadata. Never contains a
      value.
  returned: failure with RV(error_type=api)
  type: str
  sample: the environment variables HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK
"""

import json
import sys

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

if sys.version_info < (3, 9):  # noqa: UP036 - a target can have an older one
    # Not in main(): an older Python fails in the imports below. AnsibleModule would need the options from there.
    message = (
        "huaweicloud.workspace requires Python 3.9 or later on the target, found %d.%d.%d. "
        "Run the task with delegate_to: localhost, or set ansible_python_interpreter."
    )
    sys.stdout.write(json.dumps({"failed": True, "msg": message % sys.version_info[:3]}))
    raise SystemExit(1)

from ansible_collections.huaweicloud.workspace.plugins.module_utils import _libraries
from ansible_collections.huaweicloud.workspace.plugins.module_utils._options import argument_spec
from ansible_collections.huaweicloud.workspace.plugins.module_utils._search import SearchFailed, find_images


def main() -> None:
    module = AnsibleModule(argument_spec=argument_spec(), supports_check_mode=True)
    missing = _libraries.missing_library()
    if missing:
        module.fail_json(msg=missing_required_lib(missing[0]), exception=missing[1])
    failure = None
    try:
        result = find_images(module.params, module.warn)
    except SearchFailed as failed:
        failure = failed.result
    if failure is not None:
        # Outside of the handler, where Ansible would add a traceback.
        module.fail_json(**failure)
    module.exit_json(**result)


if __name__ == "__main__":
    main()
