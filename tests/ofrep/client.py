"""Evaluates flags with OpenFeature's own client.

Reads {"url": …, "cases": [{"flag", "token"?, "key"?, "attributes"?, "type"?}, …]} and prints a list of
{"value", "reason", "variant", "error"}, one for each case.
"""

import json
import sys

from openfeature import api
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext


def client_of(url, token):
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    domain = token or "anonymous"
    api.set_provider(OFREPProvider(url, headers_factory=lambda: headers), domain)
    return api.get_client(domain)


def evaluate(url, case):
    client = client_of(url, case.get("token"))
    context = EvaluationContext(case.get("key"), case.get("attributes", {}))
    if case.get("type") == "string":
        details = client.get_string_details(case["flag"], "the default", context)
    else:
        details = client.get_boolean_details(case["flag"], case.get("default", False), context)
    return {
        "value": details.value,
        "reason": details.reason and str(details.reason),
        "variant": details.variant,
        "error": details.error_code and details.error_code.value,
    }


task = json.load(sys.stdin)
print(json.dumps([evaluate(task["url"], case) for case in task["cases"]]))
