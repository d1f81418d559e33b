// ViewMetadata: everything that defines a view at one moment, and the updates a commit to a view is made of.
//
// A view is a list of versions, each the same query in one or more SQL dialects, and a pointer to the current
// one. A plain value; members this program does not know are kept in `extra` at every level.
//
// Source: Iceberg view spec, version 1; REST specification, ViewUpdate and ViewRequirement. Semantics and
// messages follow Java's ViewMetadata.Builder. Metadata that was read is consistent: the current version and
// the schema of every version exist.
#ifndef LIFEBOAT_ICEBERG_MODEL_VIEW_METADATA_H_
#define LIFEBOAT_ICEBERG_MODEL_VIEW_METADATA_H_

#include <boost/json/object.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "iceberg/model/json.h"
#include "iceberg/model/schema.h"

namespace lifeboat::iceberg {

struct ViewRepresentation {
  std::string type;     // "sql"; others are kept as they are in `extra`
  std::string sql;      // of type sql
  std::string dialect;  // of type sql: "spark", "trino", …
  boost::json::object extra;
  bool operator==(const ViewRepresentation&) const = default;
};

struct ViewVersion {
  int32_t version_id = 0;
  int32_t schema_id = -1;  // -1 in an update: the schema added last
  int64_t timestamp_ms = 0;
  StringMap summary;
  std::vector<ViewRepresentation> representations;
  std::optional<std::string> default_catalog;
  std::vector<std::string> default_namespace;
  boost::json::object extra;
};

struct ViewHistoryEntry {
  int64_t timestamp_ms = 0;
  int32_t version_id = 0;
};

struct ViewMetadata {
  std::string view_uuid;
  int32_t format_version = 1;
  std::string location;
  std::vector<std::shared_ptr<const Schema>> schemas;
  int32_t current_version_id = -1;
  std::vector<ViewVersion> versions;
  std::vector<ViewHistoryEntry> version_log;
  StringMap properties;
  boost::json::object extra;

  const ViewVersion* FindVersion(int32_t version_id) const;  // null if there is none
  const Schema* FindSchema(int32_t schema_id) const;
};

Result<ViewVersion> ParseViewVersion(const boost::json::value& value, const JsonPath& path = {});
Result<ViewMetadata> ParseViewMetadata(const boost::json::value& value, const JsonPath& path = {});
// Parses a metadata.json file's content, gzip-compressed or not; `location` names it in errors.
Result<ViewMetadata> ParseViewMetadata(std::string_view text, std::string_view location);
void AppendJson(const ViewVersion& version, JsonWriter& writer);
void AppendJson(const ViewMetadata& metadata, JsonWriter& writer);

namespace view_update {
struct AssignUuid {
  std::string uuid;
};
struct UpgradeFormatVersion {
  int32_t format_version = 0;
};
struct AddSchema {
  Schema schema;
};
struct SetLocation {
  std::string location;
};
struct SetProperties {
  StringMap updates;
};
struct RemoveProperties {
  std::vector<std::string> removals;
};
struct AddViewVersion {
  ViewVersion version;
};
struct SetCurrentViewVersion {
  int32_t version_id = -1;
};  // -1: the version added last
}  // namespace view_update

using ViewUpdate =
    std::variant<view_update::AssignUuid, view_update::UpgradeFormatVersion, view_update::AddSchema,
                 view_update::SetLocation, view_update::SetProperties, view_update::RemoveProperties,
                 view_update::AddViewVersion, view_update::SetCurrentViewVersion>;

// assert-view-uuid, the one requirement there is.
struct AssertViewUuid {
  std::string uuid;
};

// An unknown action or type is kInvalidArgument.
Result<ViewUpdate> ParseViewUpdate(const boost::json::value& value, const JsonPath& path = {});
Result<AssertViewUuid> ParseViewRequirement(const boost::json::value& value, const JsonPath& path = {});

// kConflict with "Requirement failed: …".
Status CheckViewRequirement(const ViewMetadata& current, const AssertViewUuid& required);

// The metadata after `updates`, in order; `base` null: they create a view. The version log keeps
// "version.history.num-entries" versions (10), the current one always among them. Errors are
// kInvalidArgument.
Result<ViewMetadata> ApplyViewUpdates(const ViewMetadata* base, const std::vector<ViewUpdate>& updates,
                                      const Clock& clock = SystemClock());

}  // namespace lifeboat::iceberg

#endif  // LIFEBOAT_ICEBERG_MODEL_VIEW_METADATA_H_
