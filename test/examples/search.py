import json
import os
import urllib.error
import urllib.request

API = os.environ.get("TUWEN_URL", "http://127.0.0.1:8787")
HEADERS = {"content-type": "application/json"}
if key := os.environ.get("TUWEN_SEARCH_KEY"):
    HEADERS["authorization"] = f"Bearer {key}"


def ask(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(API + path, data, HEADERS, method=method)
    with urllib.request.urlopen(request, timeout=30) as reply:
        return json.load(reply)


query = {"text": "蓝色牛仔裤", "filter": {"category": "jeans"}, "facets": ["colour"], "topK": 3}
answer = ask("POST", "/v1/search", query)
for result in answer["results"]:
    print(f"{result['score']:.3f}", result["id"], result["item"]["title"])
for entry in answer["facets"]["colour"]:
    print(entry["value"], entry["count"])

try:
    ask("GET", "/v1/items/nothing-like-it")
except urllib.error.HTTPError as error:
    print(json.load(error)["detail"])
