# SPDX-FileCopyrightText: Contributors to the huaweicloud.workspace collection
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The facts: documented or assumed behavior, its source, and the code that relies on it. Data only.

``checks.py`` has a check of the same name for each fact.
"""

from __future__ import annotations

from typing import NamedTuple

PAGE = "the vendor's page of ListImages"
GATEWAY = "the vendor's pages of API gateway error codes"
SIBLINGS = "responses of other operations of Workspace"
SAMPLE = "the only published response of ListImages"
NO_SOURCE = "no source"


class Fact(NamedTuple):
    """One fact.

    :ivar name: the name of the fact and of its check.
    :ivar statement: the expected behavior, or an open question.
    :ivar source: the source of the statement.
    :ivar used_by: the file of the collection that relies on it.
    :ivar is_open: true for an open question, which no source answers.
    """

    name: str
    statement: str
    source: str
    used_by: str
    is_open: bool = False


FACTS = (
    Fact("fields", "Each image has the documented fields and no others.", PAGE,
         "plugins/module_utils/_images/image.py"),
    Fact("types", "`min_ram` and `min_disk` are integers, all other fields are strings.", PAGE,
         "plugins/module_utils/_images/schema.py"),
    Fact("values", "`image_type`, `os_type`, `architecture` and `disk_format` have the documented values only.", PAGE,
         "plugins/module_utils/_options.py"),
    Fact("content_type", "A page is JSON in UTF-8.", PAGE, "plugins/module_utils/_cloud/strict_json.py"),
    Fact("request_id", "Responses have the header X-Request-Id.", GATEWAY,
         "plugins/module_utils/_cloud/messages.py"),
    Fact("date_header", "Responses have the header Date, and it differs from this machine's clock by seconds.",
         "RFC 9110", "plugins/plugin_utils/_access_target.py"),
    Fact("total_count", "`total_count` is the number of images that match.", PAGE,
         "plugins/module_utils/_images/listing.py"),
    Fact("full_pages", "A page has as many images as `limit`, unless it is the last one.", PAGE,
         "plugins/module_utils/_images/prefetch.py"),
    Fact("no_repetition", "No image is on two pages.", PAGE, "plugins/module_utils/_images/listing.py"),
    Fact("offset_counts_images", "`offset` counts images, not pages.", SIBLINGS,
         "plugins/module_utils/_images/listing.py"),
    Fact("past_the_end", "A page past the end is an empty list with status 200.", NO_SOURCE,
         "plugins/module_utils/_images/listing.py"),
    Fact("largest_offset", "`offset` 5000 is accepted.", PAGE, "plugins/module_utils/_images/query.py"),
    Fact("offset_too_large", "`offset` 5001 is an error.", PAGE, "plugins/module_utils/_images/query.py"),
    Fact("limit_too_large", "`limit` 101 is an error.", PAGE, "plugins/module_utils/_images/query.py"),
    Fact("limit_zero", "What is returned for `limit` 0?", NO_SOURCE,
         "plugins/module_utils/_images/query.py", is_open=True),
    Fact("default_order", "Without `sort_field`, images are sorted by `name`, ascending.", PAGE,
         "plugins/module_utils/_images/selection.py"),
    Fact("descending", "`sort_type` `desc` reverses the order by `name`.", PAGE,
         "plugins/module_utils/_images/query.py"),
    Fact("newest_first", "`sort_field` `created_at` with `sort_type` `desc` lists the newest image first.", PAGE,
         "plugins/module_utils/_images/selection.py"),
    Fact("oldest_first", "`sort_field` `created_at` with `sort_type` `asc` lists the oldest image first.", PAGE,
         "plugins/module_utils/_images/query.py"),
    Fact("same_images_in_each_order", "The order by `created_at` has the same images as the default order.", PAGE,
         "plugins/module_utils/_images/selection.py"),
    Fact("created_at", "Each image has `created_at`. The published sample has none.", SAMPLE,
         "plugins/module_utils/_images/selection.py"),
    Fact("date_shapes", "Each `created_at` has a shape that the collection reads.", SIBLINGS,
         "plugins/module_utils/_images/times.py"),
    Fact("filters", "`os_type`, `image_type` and `architecture` return matching images only.", PAGE,
         "plugins/module_utils/_images/query.py"),
    Fact("case_of_filters", "Are the values of filters case-sensitive?", NO_SOURCE,
         "plugins/module_utils/_options.py", is_open=True),
    Fact("image_id", "`image_id` returns that image and no other.", PAGE, "plugins/module_utils/_images/query.py"),
    Fact("unknown_image_id", "An `image_id` that does not exist returns an empty list with status 200.", NO_SOURCE,
         "plugins/module_utils/_search.py"),
    Fact("unknown_parameter", "What is returned for an unknown parameter?", NO_SOURCE,
         "plugins/module_utils/_images/query.py", is_open=True),
    Fact("empty_parameter", "What is returned for an empty `os_type`?", NO_SOURCE,
         "plugins/module_utils/_options.py", is_open=True),
    Fact("bad_parameter", "A `sort_field` that does not exist is an error 400 with `error_code` and `error_msg`.", PAGE,
         "plugins/module_utils/_cloud/messages.py"),
    Fact("bad_signature", "A wrong signature is an error 401 with the code APIGW.0301.", GATEWAY,
         "plugins/module_utils/_cloud/hints.py"),
    Fact("throttling_headers", "Which headers describe the request limit?", GATEWAY,
         "plugins/module_utils/_cloud/retry.py", is_open=True),
)  # fmt: skip
