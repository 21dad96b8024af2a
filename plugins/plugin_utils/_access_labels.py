# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The labels of the report on the access, in English and Chinese. Messages of the collection stay in English."""

from __future__ import annotations

from ansible_collections.huaweicloud.workspace.plugins.plugin_utils._language import Label

LABELS: dict[str, Label] = {
    # Names of the steps.
    "libraries": Label("Python libraries", "Python 库"),
    "settings": Label("Settings and credentials", "设置与凭证"),
    "credentials": Label("Credentials", "凭证"),
    "network": Label("Network", "网络"),
    "clock": Label("Clock", "时钟"),
    "exchange": Label("Token or temporary keys", "Token 或临时访问密钥"),
    "project": Label("Project", "项目"),
    "permission": Label("Permission for ListImages", "ListImages 权限"),
    "images": Label("Images", "镜像"),
    "decode": Label("decode_authorization_message", "decode_authorization_message"),
    # What a line consists of.
    "step": Label("{mark} {name}: {text}", "{mark} {name}：{text}"),
    "region": Label("Region {region} ({endpoint})", "区域 {region}（{endpoint}）"),
    "endpoint": Label("Endpoint {endpoint}", "终端节点 {endpoint}"),
    "lookups_only": Label(
        "Variables huaweicloud_… and ansible.cfg count in lookups only, not in tasks.",
        "huaweicloud_… 变量和 ansible.cfg 仅对 lookup 插件生效，对任务无效。",
    ),
    # Credentials.
    "found": Label("{kind} from {source}", "{kind}，来源：{source}"),
    "access key": Label("access key", "访问密钥"),
    "temporary access key": Label("temporary access key", "临时访问密钥"),
    "agency": Label("temporary access key of the server's agency", "云服务器委托的临时访问密钥"),
    "token": Label("token", "Token"),
    "password": Label("user name and password", "用户名和密码"),
    "OIDC token": Label("OIDC token", "OIDC Token"),
    "metadata": Label("querying the instance metadata failed", "查询实例元数据失败"),
    # Network and clock.
    "connected": Label("{connection}, {proxy}", "{connection}，{proxy}"),
    "tls": Label("TLS certificate verified", "TLS 证书校验通过"),
    "tls_with": Label("TLS certificate verified with {ca_path}", "TLS 证书已用 {ca_path} 校验通过"),
    "no_tls_verification": Label(
        "TLS certificate not verified (validate_certs is false)", "未校验 TLS 证书（validate_certs 为 false）"
    ),
    "plain": Label("unencrypted HTTP", "未加密的 HTTP"),
    "no_proxy": Label("no proxy", "未使用代理"),
    "via": Label("through {proxy}", "经由 {proxy}"),
    "no_connection": Label("the service cannot be reached", "无法连接服务"),
    "same_time": Label("the same time as the service", "与服务时间一致"),
    "ahead": Label("{seconds} seconds ahead of the service", "比服务时间快 {seconds} 秒"),
    "behind": Label("{seconds} seconds behind the service", "比服务时间慢 {seconds} 秒"),
    "no_date": Label("the response has no Date header", "响应中没有 Date 头"),
    # Token, temporary keys and project.
    "issued_token": Label("IAM issued a token", "IAM 已签发 Token"),
    "issued_by_sts": Label("STS issued temporary keys for the OIDC token", "STS 已用 OIDC Token 签发临时访问密钥"),
    "issued_for_agency": Label(
        "IAM issued temporary keys for the agency {agency}", "IAM 已为委托 {agency} 签发临时访问密钥"
    ),
    "given_project": Label("{project} (set, not looked up)", "{project}（已设置，未查询）"),
    "found_project": Label("{project} (found in IAM)", "{project}（由 IAM 查得）"),
    # Images.
    "granted": Label("granted", "已授予"),
    "all_images": Label("{count}", "{count} 个"),
    "some_images": Label("the first {count} counted, more exist", "已统计前 {count} 个，还有更多"),
    "uncounted": Label("more than a check can count with {limit} requests", "数量较多，{limit} 个请求内无法统计完"),
    "image_type": Label("by type", "按类型"),
    "architecture": Label("by architecture", "按架构"),
    "os_type": Label("by system", "按操作系统"),
    "group": Label("{name}: {values}", "{name}：{values}"),
    "unknown": Label("unknown", "未知"),
    # The reason of a denial.
    "decodable": Label("available", "可用"),
    "decoded": Label("works: STS decoded the reason above", "可用：STS 已解码上述原因"),
    "not_decodable": Label("not available (optional)", "不可用（可选功能）"),
    # Why a step failed, or is skipped.
    "not_usable": Label("not usable", "无法使用"),
    "not_authenticated": Label("authentication failed", "认证失败"),
    "denied": Label("access denied", "拒绝访问"),
    "failed": Label("failed", "失败"),
    "skipped": Label("skipped, because {reason}", "已跳过：{reason}"),
    "without_settings": Label("the settings above are wrong", "上述设置有误"),
    "without_credentials": Label("there are no usable credentials", "没有可用的凭证"),
    "without_network": Label("the service cannot be reached", "无法连接服务"),
    "without_project": Label("the project is not known", "项目未知"),
    "without_exchange": Label("there is no token or temporary key", "没有 Token 或临时访问密钥"),
    "without_images": Label("ListImages does not work", "ListImages 不可用"),
    "rejected": Label("authentication failed", "认证失败"),
    "budget": Label("a check sends at most {limit} requests", "一次检查最多发送 {limit} 个请求"),
    # The end.
    "works": Label("ListImages works. Requests sent: {requests}.", "ListImages 可用。已发送请求：{requests}。"),
    "fails": Label(
        "ListImages does not work. The lines marked {mark} say what to do. Requests sent: {requests}.",
        "ListImages 不可用。处理方法见标有 {mark} 的行。已发送请求：{requests}。",
    ),
    "fails_in": Label(
        "ListImages does not work in {regions}. The lines marked {mark} say what to do. Requests sent: {requests}.",
        "ListImages 在 {regions} 不可用。处理方法见标有 {mark} 的行。已发送请求：{requests}。",
    ),
    "not_checked": Label(
        "Not checked: {regions}. A check sends at most {limit} requests: check them in another run.",
        "未检查：{regions}。一次检查最多发送 {limit} 个请求，请另行检查。",
    ),
}


class Labels:
    """The labels in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __call__(self, name: str, /, **values: object) -> str:
        """Return a text with its values filled in."""
        text: str = getattr(LABELS[name], self._language)
        return text.format(**values)
