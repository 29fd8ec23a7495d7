curl -s "${TUWEN_URL:-http://127.0.0.1:8787}/v1/search" \
  ${TUWEN_SEARCH_KEY:+-H "authorization: Bearer $TUWEN_SEARCH_KEY"} \
  -H 'content-type: application/json' \
  -d '{"text": "蓝色牛仔裤", "filter": {"category": "jeans"}, "facets": ["colour"], "topK": 3}'
