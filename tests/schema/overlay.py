"""What Mastodon's OpenAPI description gets wrong, mended, and the keys that real servers of 4.6 always send although the description
does not call them required. Measured against recorded answers of such servers."""
import copy

# Keys to add to "required". Those in USER only where the request was made with a user's token.
REQUIRED = {
    "Account": ["discoverable", "url", "last_status_at", "hide_collections", "avatar_description", "header_description", "show_media",
                "show_media_replies", "show_featured", "feature_approval"],
    "CredentialAccount": ["discoverable", "url", "last_status_at", "hide_collections", "roles", "noindex", "avatar_description",
                          "header_description", "show_media", "show_media_replies", "show_featured"],
    "Field": ["verified_at"],
    "Conversation": ["last_status"],
    "MediaAttachment": ["url", "preview_url", "remote_url", "meta", "description", "blurhash"],
    "Status": ["in_reply_to_id", "in_reply_to_account_id", "language", "url", "quotes_count", "edited_at", "reblog", "quote", "card",
               "poll", "quote_approval", "tagged_collections"],
    "Poll": ["expires_at", "voters_count"],
    "PollOption": ["votes_count"],
    "PreviewCard": ["language", "image", "blurhash", "published_at", "image_description"],
    "PreviewCardAuthor": ["account"],
    "Relationship": ["languages", "muting_expires_at"],
    "FilterResult": ["keyword_matches", "status_matches"],
    "Filter": ["expires_at"],
    "Announcement": ["starts_at", "ends_at"],
    "FeaturedTag": ["last_status_at"],
    "Suggestion": ["source"],
    "Rule": ["translations"],
    "Report": ["action_taken_at", "status_ids", "rule_ids", "collection_ids"],
    "Quote": ["quoted_status"],
    "ShallowQuote": ["quoted_status_id"],
    "Search": ["collections"],
    "Collection": ["language", "tag", "url"],
    "CollectionItem": ["account_id"],
    "WebPushSubscription": ["standard", "policy"],
    "NotificationRequest": ["last_status"],
    "Instance": ["wrapstodon"],
    "V1Instance": ["thumbnail", "contact_account"],
}
USER = {"Tag": ["following", "featuring"], "Announcement": ["read"]}
REQUIRED["DeletedStatus"] = REQUIRED["Status"]
EMPTY = {"type": "object", "maxProperties": 0}
# Operations whose empty success is described as "Empty" and really has no body, or whose content the description leaves open.
OPEN = ("/api/v1/collections", "/api/v1/annual_reports")
# A field at fault is told in an object under "error" here.
FAULT_WITHIN = {"/api/v1/collections", "/api/v1/collections/{id}"}
# An empty 404 is an answer here: the instance does not publish the list.
EMPTY_404 = {"/api/v1/instance/domain_blocks", "/api/v1/instance/peers", "/api/v1/instance/activity"}


# Asked without an Upgrade, to learn whether streams are on another host.
NOT_ELSEWHERE = "/api/v1/streaming"


def is_answer(exchange):
    """Whether an exchange's 404 is what clients are to be told, and no failure."""
    path = exchange["path"].rstrip("/")
    return exchange["status"] == 404 and (path == NOT_ELSEWHERE or path in EMPTY_404 and not exchange.get("body"))


def nullable(schema):
    """The same schema, or null."""
    return {"anyOf": [{k: v for k, v in schema.items() if k != "description"}, {"type": "null"}]}


def swap(schema, old, new):
    """A copy with every $ref from old to new."""
    if isinstance(schema, dict):
        return {k: new if k == "$ref" and v == old else swap(v, old, new) for k, v in schema.items()}
    return [swap(v, old, new) for v in schema] if isinstance(schema, list) else schema


def json_of(operation, code):
    return operation["responses"][code]["content"]["application/json"]


def mend(document):
    """A mended copy of the description."""
    document = copy.deepcopy(document)
    schemas, paths = document["components"]["schemas"], document["paths"]
    for name in ("Status", "StatusEdit"):
        quote = schemas[name]["properties"].get("quote")
        if quote and "oneOf" in quote:
            quote["anyOf"] = quote.pop("oneOf")      # an unresolved quote fits both kinds

    # A deleted status comes back with its source text in the place of its content; so do those within it.
    status, quote = "#/components/schemas/Status", "#/components/schemas/Quote"
    deleted, deleted_quote = "#/components/schemas/DeletedStatus", "#/components/schemas/DeletedQuote"
    schemas["DeletedStatus"] = swap(swap(schemas["Status"], status, deleted), quote, deleted_quote)
    schemas["DeletedStatus"]["required"] = [k for k in schemas["Status"]["required"] if k != "content"] + ["text"]
    schemas["DeletedQuote"] = swap(schemas["Quote"], status, deleted)
    json_of(paths["/api/v1/statuses/{id}"]["delete"], "200")["schema"] = {"$ref": deleted}

    push = schemas["WebPushSubscription"]["properties"]
    push["id"] = {"type": ["string", "integer"]}
    push["alerts"] = {"type": "object", "additionalProperties": {"type": "boolean"}}
    push["policy"] = {"enum": ["all", "followed", "follower", "none"]}
    described = schemas["ExtendedDescription"]["properties"]
    described["updated_at"] = nullable(described["updated_at"])
    params = schemas["ScheduledStatus"]["properties"]["params"]["properties"]
    params["visibility"] = nullable(params["visibility"])
    json_of(paths["/api/v2/filters/statuses/{id}"]["delete"], "200")["schema"] = EMPTY
    json_of(paths["/api/v1/filters"]["get"], "200")["schema"] = {"type": "array", "items": {"$ref": "#/components/schemas/V1Filter"}}
    # Clients of the time before the policy was released speak its first version, which the description forgot.
    policy = copy.deepcopy(paths["/api/v2/notifications/policy"])
    for operation in policy.values():
        json_of(operation, "200")["schema"] = {"$ref": "#/components/schemas/V1NotificationPolicy"}
    paths["/api/v1/notifications/policy"] = {"get": policy["get"], "put": policy["patch"]}
    # The answers about collections are only described in words, and groups were forgotten where their notifications were not.
    collection, collections = {"$ref": "#/components/schemas/Collection"}, {"type": "array", "items": {"$ref": "#/components/schemas/Collection"}}
    for path, method, key, entity in (("/api/v1/collections", "post", "collection", collection),
                                      ("/api/v1/collections/{id}", "patch", "collection", collection),
                                      ("/api/v1/accounts/{account_id}/collections", "get", "collections", collections),
                                      ("/api/v1/accounts/{account_id}/in_collections", "get", "collections", collections),
                                      ("/api/v1/collections/{collection_id}/items", "post", "collection_item",
                                       {"$ref": "#/components/schemas/CollectionItem"})):
        paths[path][method]["responses"]["200"]["content"] = {"application/json": {"schema": {
            "type": "object", "properties": {key: entity}, "required": [key]}}}
    schemas["NotificationGroupTypeEnum"] = schemas["NotificationTypeEnum"]
    schemas["NotificationGroup"]["properties"]["collection"] = nullable(collection)
    media = paths["/api/v1/media/{id}"]["put"]["responses"]
    media["206"] = media["200"]

    for path, operations in paths.items():
        for operation in operations.values():
            for code, response in operation["responses"].items():
                if code == "200" and response.get("description") == "Empty" and not response.get("content") and not path.startswith(OPEN):
                    response["content"] = {"application/json": {"schema": EMPTY}}
    return document
