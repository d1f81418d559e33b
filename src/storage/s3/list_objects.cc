#include "storage/s3/list_objects.h"

#include <charconv>

#include "storage/s3/s3_dates.h"
#include "storage/s3/xml_scanner.h"

namespace lifeboat::storage::s3 {

Result<ListPage> ParseListPage(std::string_view body) {
  ListPage page;
  ListedObject object;
  bool truncated = false;
  bool encoded = false;
  bool valid = true;
  XmlScanner scanner(body);
  while (scanner.Next()) {
    if (scanner.Is("ListBucketResult/Contents/Key")) {
      object.key = scanner.text();
    } else if (scanner.Is("ListBucketResult/Contents/Size")) {
      const std::string& text = scanner.text();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), object.size_bytes);
      valid = valid && error == std::errc() && end == text.data() + text.size();
    } else if (scanner.Is("ListBucketResult/Contents/LastModified")) {
      const Result<int64_t> modified = ParseIsoDate(scanner.text());
      valid = valid && modified.ok();
      if (modified.ok()) object.modified_micros = *modified;
    } else if (scanner.Is("ListBucketResult/Contents")) {
      valid = valid && !object.key.empty();
      page.objects.push_back(std::exchange(object, {}));
    } else if (scanner.Is("ListBucketResult/IsTruncated")) {
      truncated = scanner.text() == "true";
    } else if (scanner.Is("ListBucketResult/NextContinuationToken")) {
      page.next_token = scanner.text();
    } else if (scanner.Is("ListBucketResult/EncodingType")) {
      encoded = scanner.text() == "url";
    }
  }
  valid =
      valid && scanner.complete() && scanner.Is("ListBucketResult") && truncated == !page.next_token.empty();
  if (!valid) return Status::Corruption("the store's answer is not a whole ListBucketResult");
  if (encoded) {  // as forms are: '+' for a space
    for (ListedObject& listed : page.objects) listed.key = UriDecode(listed.key, true);
  }
  return page;
}

Status ListObjects(S3Client& client, const S3Location& prefix,
                   const std::function<Status(const ObjectInfo&)>& visit) {
  ListPage page;
  S3Call call;
  call.method = "GET";
  call.target = prefix;
  call.target.key.clear();
  call.action = "list";
  call.check = [&page, &prefix](const HttpReply& reply) -> Status {
    Result<ListPage> parsed = ParseListPage(reply.body);
    if (!parsed.ok()) return parsed.status().WithContext(fmt::format("cannot list '{}'", prefix.ToString()));
    page = *std::move(parsed);
    return Status::Ok();
  };
  // Keys may hold characters that XML cannot.
  const std::string query =
      fmt::format("list-type=2&encoding-type=url&prefix={}", UriEncode(prefix.key, false));
  std::string last_key;
  do {
    call.query = query;
    if (!page.next_token.empty()) call.query += "&continuation-token=" + UriEncode(page.next_token, false);
    LIFEBOAT_RETURN_IF_ERROR(client.Do(call).status());
    S3Location found = prefix;
    for (const ListedObject& object : page.objects) {
      if (object.key <= last_key && !last_key.empty()) {
        return Status::Unsupported("cannot list '{}': the store lists '{}' after '{}', not in lexical order",
                                   prefix.ToString(), object.key, last_key);
      }
      last_key = found.key = object.key;
      LIFEBOAT_RETURN_IF_ERROR(visit({found.ToString(), object.size_bytes, object.modified_micros}));
    }
  } while (!page.next_token.empty());
  return Status::Ok();
}

}  // namespace lifeboat::storage::s3
