# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels of the page of images, in English and in Simplified Chinese. Pure.

Source of the Chinese terms: the vendor's Chinese page of ListImages and its console.
"""

from __future__ import annotations

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._language import Label

LABELS: dict[str, Label] = {
    "language": Label("en", "zh-CN"),
    "title": Label("Images of Huawei Cloud Workspace", "华为云云桌面（Workspace）镜像"),
    "skip": Label("Skip to the images", "跳到镜像列表"),
    "images": Label("Images", "镜像"),
    "count": Label("Images: {count}", "镜像：{count} 个"),
    "listed_at": Label("Listed {time} UTC", "列出时间：{time} UTC"),
    "criteria": Label("Criteria", "查询条件"),
    "failed": Label("Could not list the images of {regions}.", "未能列出以下区域的镜像：{regions}。"),
    "no_comparison": Label(
        "Not compared with the earlier page, which had other criteria.",
        "未与之前的页面比较：查询条件不同。",
    ),
    "not_compared": Label("Not compared: {regions}.", "未比较的区域：{regions}。"),
    "changes": Label(
        "Compared with {time} UTC: {new} new, {gone} gone.",
        "与 {time} UTC 相比：新增 {new} 个，移除 {gone} 个。",
    ),
    "new": Label("New", "新增"),
    "gone": Label("Images that are gone ({count})", "已移除的镜像（{count} 个）"),
    "needs_script": Label(
        "Search, filters, sorting and copying need JavaScript.",
        "搜索、筛选、排序和复制需要启用 JavaScript。",
    ),
    # columns and filters
    "name": Label("Name", "镜像名称"),
    "id": Label("ID", "镜像 ID"),
    "region": Label("Region", "区域"),
    "image_type": Label("Image type", "镜像类型"),
    "os_type": Label("OS", "操作系统"),
    "os_version": Label("OS version", "操作系统版本"),
    "architecture": Label("Architecture", "架构"),
    "disk_format": Label("Disk format", "磁盘格式"),
    "min_disk": Label("Min. disk (GB)", "最小系统盘（GB）"),
    "min_ram": Label("Min. RAM (MB)", "最小内存（MB）"),
    "created_at": Label("Created (UTC)", "创建时间（UTC）"),
    # values
    "gold": Label("Public (gold)", "公共镜像（gold）"),
    "private": Label("Private", "私有镜像（private）"),
    "unknown": Label("Unknown", "未知"),
    # controls
    "controls": Label("Search and filters", "搜索和筛选"),
    "search": Label("Search", "搜索"),
    "search_example": Label("Name, ID or OS version", "名称、ID 或操作系统版本"),
    "filters": Label("Filters", "筛选"),
    "all": Label("All", "全部"),
    "fits_disk": Label("Available disk space (GB)", "可用磁盘（GB）"),
    "new_only": Label("New images only", "仅新增镜像"),
    "reset": Label("Reset filters", "重置筛选"),
    "shown": Label("Images shown: {shown} of {total}", "显示 {shown} 个镜像，共 {total} 个"),
    "no_match": Label("No image matches the filters.", "没有符合筛选条件的镜像。"),
    "more": Label("Show more images", "显示更多镜像"),
    "copy": Label("Copy", "复制"),
    "copy_id": Label("Copy ID", "复制 ID"),
    "copy_task": Label("Copy task", "复制任务"),
    "copied_id": Label("ID copied", "已复制镜像 ID"),
    "copied_task": Label("Task copied", "已复制任务"),
    "copy_failed": Label("The browser denied access to the clipboard.", "浏览器拒绝访问剪贴板。"),
    "written_by": Label("Written by {playbook}", "由 {playbook} 生成"),
}
