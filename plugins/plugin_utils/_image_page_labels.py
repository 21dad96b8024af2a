# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels of the page of images, in English and in Simplified Chinese. Pure.

Source of the Chinese terms: the vendor's Chinese page of ListImages and its console.
"""

from __future__ import annotations

#: Label: English, Chinese.
_TABLE = {
    "language": ("en", "zh-CN"),
    "title": ("Images of Huawei Cloud Workspace", "华为云云桌面（Workspace）镜像"),
    "skip": ("Skip to the images", "跳到镜像列表"),
    "images": ("Images", "镜像"),
    "count": ("Images: {count}", "镜像：{count} 个"),
    "listed_at": ("Listed {time} UTC", "列出时间：{time} UTC"),
    "criteria": ("Criteria", "查询条件"),
    "failed": ("Could not list the images of {regions}.", "未能列出以下区域的镜像：{regions}。"),
    "no_comparison": (
        "Not compared with the earlier page, which had other criteria.",
        "未与之前的页面比较：查询条件不同。",
    ),
    "not_compared": ("Not compared: {regions}.", "未比较的区域：{regions}。"),
    "changes": (
        "Compared with {time} UTC: {new} new, {gone} gone.",
        "与 {time} UTC 相比：新增 {new} 个，移除 {gone} 个。",
    ),
    "new": ("New", "新增"),
    "gone": ("Images that are gone ({count})", "已移除的镜像（{count} 个）"),
    "needs_script": (
        "Search, filters, sorting and copying need JavaScript.",
        "搜索、筛选、排序和复制需要启用 JavaScript。",
    ),
    # columns and filters
    "name": ("Name", "镜像名称"),
    "id": ("ID", "镜像 ID"),
    "region": ("Region", "区域"),
    "image_type": ("Image type", "镜像类型"),
    "os_type": ("OS", "操作系统"),
    "os_version": ("OS version", "操作系统版本"),
    "architecture": ("Architecture", "架构"),
    "disk_format": ("Disk format", "磁盘格式"),
    "min_disk": ("Min. disk (GB)", "最小系统盘（GB）"),
    "min_ram": ("Min. RAM (MB)", "最小内存（MB）"),
    "created_at": ("Created (UTC)", "创建时间（UTC）"),
    # values
    "gold": ("Public (gold)", "公共镜像（gold）"),
    "private": ("Private", "私有镜像（private）"),
    "unknown": ("Unknown", "未知"),
    # controls
    "controls": ("Search and filters", "搜索和筛选"),
    "search": ("Search", "搜索"),
    "search_example": ("Name, ID or OS version", "名称、ID 或操作系统版本"),
    "filters": ("Filters", "筛选"),
    "all": ("All", "全部"),
    "fits_disk": ("Available disk space (GB)", "可用磁盘（GB）"),
    "new_only": ("New images only", "仅新增镜像"),
    "reset": ("Reset filters", "重置筛选"),
    "shown": ("Images shown: {shown} of {total}", "显示 {shown} 个镜像，共 {total} 个"),
    "no_match": ("No image matches the filters.", "没有符合筛选条件的镜像。"),
    "more": ("Show more images", "显示更多镜像"),
    "copy": ("Copy", "复制"),
    "copy_id": ("Copy ID", "复制 ID"),
    "copy_task": ("Copy task", "复制任务"),
    "copied_id": ("ID copied", "已复制镜像 ID"),
    "copied_task": ("Task copied", "已复制任务"),
    "copy_failed": ("The browser denied access to the clipboard.", "浏览器拒绝访问剪贴板。"),
    "written_by": ("Written by {playbook}", "由 {playbook} 生成"),
}

#: Values of the variable workspace_image_language: the labels of each language.
LABELS = {
    language: {name: texts[position] for name, texts in _TABLE.items()}
    for position, language in enumerate(("en", "zh"))
}
