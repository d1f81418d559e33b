// What several operations read and write; see operations.h.
#include <charconv>

#include "base/encoding.h"
#include "catalog/api/catalog_error.h"
#include "catalog/server/operations.h"
#include "catalog/server/rest_error.h"
#include "catalog/server/visible_page.h"
#include "iceberg/model/json.h"
#include "net/content_encoding.h"

namespace lifeboat::catalog {
namespace {

constexpr size_t kPageSizeDefault = 1000;
constexpr size_t kPageSizeMax = 10'000;

}  // namespace

Result<boost::json::value> ParseBody(CatalogService& service, const RestRequest& request, size_t depth_max) {
  const std::string_view encoding = request.http.headers.Get("Content-Encoding");
  if (encoding.empty() || encoding == "identity")
    return iceberg::ParseJson(request.http.body, "request body", depth_max);
  const Result<std::string> body =
      net::DecodeContent(request.http.body, encoding, service.options().body_bytes_max);
  if (body.status().code() == StatusCode::kResourceExhausted) {
    return CatalogError(StatusCode::kResourceExhausted, kBodyTooLarge, body.status().message());
  }
  LIFEBOAT_RETURN_IF_ERROR(body.status());
  return iceberg::ParseJson(*body, "request body", depth_max);
}

Result<TableIdentifier> ParseIdentifier(const boost::json::value& value, std::string_view member) {
  const iceberg::JsonPath root;
  const iceberg::JsonPath path(root, member);
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, path));
  TableIdentifier identifier;
  LIFEBOAT_ASSIGN_OR_RETURN(identifier.name_space, reader.Get<std::vector<std::string>>("namespace"));
  LIFEBOAT_ASSIGN_OR_RETURN(identifier.name, reader.Get<std::string>("name"));
  LIFEBOAT_RETURN_IF_ERROR(ValidateIdentifier(identifier));
  return identifier;
}

Result<Rename> ParseRename(CatalogService& service, const RestRequest& request) {
  LIFEBOAT_ASSIGN_OR_RETURN(const boost::json::value value, ParseBody(service, request));
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  const boost::json::value* source = reader.Find("source");
  const boost::json::value* destination = reader.Find("destination");
  if (source == nullptr) return Status::InvalidArgument("source: missing");
  if (destination == nullptr) return Status::InvalidArgument("destination: missing");
  Rename rename;
  LIFEBOAT_ASSIGN_OR_RETURN(rename.from, ParseIdentifier(*source, "source"));
  LIFEBOAT_ASSIGN_OR_RETURN(rename.to, ParseIdentifier(*destination, "destination"));
  return rename;
}

Result<net::HttpResponse> ListIdentifiers(CatalogService& service, const RestRequest& request,
                                          ObjectKind object) {
  LIFEBOAT_ASSIGN_OR_RETURN(const PageRequest page_request, ParsePage(request));
  LIFEBOAT_ASSIGN_OR_RETURN(
      const Page<TableIdentifier> page,
      VisiblePage<TableIdentifier>(
          page_request,
          [&](const PageRequest& slice) {
            return service.store().ListTables(request.name_space, object, slice);
          },
          [&](const TableIdentifier& one) { return request.MaySee(access::Securable::OfTable(one)); },
          [](const TableIdentifier& one) { return one.name; }));
  std::string body;
  iceberg::JsonWriter writer(&body);
  writer.BeginObject();
  writer.Key("identifiers");
  writer.BeginArray();
  for (const TableIdentifier& identifier : page.items) {
    writer.BeginObject();
    writer.Member("namespace", identifier.name_space);
    writer.Member("name", identifier.name);
    writer.EndObject();
  }
  writer.EndArray();
  writer.OptionalMember("next-page-token", NextPageToken(page.next));
  writer.EndObject();
  return net::HttpResponse::Json(200, std::move(body));
}

Result<PageRequest> ParsePage(const RestRequest& request) {
  PageRequest page;
  size_t size = kPageSizeDefault;
  if (request.http.HasQueryParameter("pageSize")) {
    const std::string text = request.http.QueryParameter("pageSize");
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (error != std::errc() || end != text.data() + text.size() || size == 0) {
      return Status::InvalidArgument("Invalid pageSize '{}': it must be a whole number of at least 1", text);
    }
  }
  if (!request.http.HasQueryParameter("pageToken")) return page;
  page.limit = std::min(size, kPageSizeMax);
  const std::string token = request.http.QueryParameter("pageToken");
  Result<std::string> after = Base64Decode(token);
  if (!after.ok())
    return Status::InvalidArgument("Invalid pageToken '{}': it is not one that this catalog gave", token);
  page.after = std::move(after).value();
  return page;
}

std::optional<std::string> NextPageToken(const std::string& next) {
  if (next.empty()) return std::nullopt;
  return Base64UrlEncode(next);
}

net::HttpResponse NoContent() {
  net::HttpResponse response;
  response.status = 204;
  return response;
}

std::string ETagOf(uint64_t version, bool refs_only) {
  return fmt::format("\"{}-{}\"", version, refs_only ? "refs" : "all");
}

net::HttpResponse TableResponse(std::shared_ptr<const LoadedTableVersion> table) {
  net::HttpResponse response = net::HttpResponse::Json(200, "");
  response.headers.Set("ETag", ETagOf(table->version(), false));
  const std::string* body = &table->body();
  response.shared_body = std::shared_ptr<const std::string>(std::move(table), body);
  return response;
}

net::HttpResponse TableResponse(const LoadedTableVersion& table) {
  net::HttpResponse response = net::HttpResponse::Json(200, table.body());
  response.headers.Set("ETag", ETagOf(table.version(), false));
  return response;
}

}  // namespace lifeboat::catalog
