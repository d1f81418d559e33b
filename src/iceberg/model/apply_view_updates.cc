// Applying a commit's updates to a view, after Java's ViewMetadata.Builder.
#include <algorithm>
#include <charconv>
#include <set>

#include "base/uuid.h"
#include "iceberg/model/view_metadata.h"

namespace lifeboat::iceberg {
namespace {

constexpr int32_t kLastAdded = -1;
constexpr int32_t kMaxFormatVersion = 1;
constexpr size_t kHistoryEntriesDefault = 10;

std::string LowerCase(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

bool SameVersion(const ViewVersion& a, const ViewVersion& b) {
  return a.summary == b.summary && a.representations == b.representations &&
         a.default_catalog == b.default_catalog && a.default_namespace == b.default_namespace &&
         a.schema_id == b.schema_id;
}

std::set<std::string> DialectsOf(const ViewVersion& version) {
  std::set<std::string> dialects;
  for (const ViewRepresentation& one : version.representations) {
    if (one.type == "sql") dialects.insert(LowerCase(one.dialect));
  }
  return dialects;
}

class Builder {
 public:
  Builder(const ViewMetadata* base, const Clock& clock) : base_(base), clock_(clock) {
    if (base != nullptr) metadata_ = *base;
  }

  Status Apply(const ViewUpdate& update) {
    return std::visit([&](const auto& one) { return One(one); }, update);
  }

  Result<ViewMetadata> Build() {
    if (metadata_.location.empty()) return Status::InvalidArgument("Invalid location: null");
    if (metadata_.versions.empty()) return Status::InvalidArgument("Invalid view: no versions were added");
    if (metadata_.FindVersion(metadata_.current_version_id) == nullptr) {
      return Status::InvalidArgument("Invalid view: no current version was set");
    }
    LIFEBOAT_RETURN_IF_ERROR(CheckDialectsKept());
    LIFEBOAT_RETURN_IF_ERROR(ForgetOldVersions());
    if (metadata_.view_uuid.empty()) metadata_.view_uuid = Uuid::V4().ToString();
    return std::move(metadata_);
  }

 private:
  Status One(const view_update::AssignUuid& update) {
    if (update.uuid.empty()) return Status::InvalidArgument("Cannot set uuid to an empty one");
    if (!metadata_.view_uuid.empty() && LowerCase(update.uuid) != LowerCase(metadata_.view_uuid)) {
      return Status::InvalidArgument("Cannot reassign uuid");
    }
    metadata_.view_uuid = update.uuid;
    return Status::Ok();
  }

  Status One(const view_update::UpgradeFormatVersion& update) {
    if (update.format_version < metadata_.format_version) {
      return Status::InvalidArgument("Cannot downgrade v{} view to v{}", metadata_.format_version,
                                     update.format_version);
    }
    if (update.format_version > kMaxFormatVersion) {
      return Status::InvalidArgument("Unsupported format version: {}", update.format_version);
    }
    return Status::Ok();
  }

  Status One(const view_update::AddSchema& update) {
    LIFEBOAT_RETURN_IF_ERROR(ValidateSchema(update.schema, 3));
    int32_t id = 0;
    for (const auto& schema : metadata_.schemas) {
      if (schema->SameAs(update.schema)) {
        last_added_schema_ = schema->schema_id;
        return Status::Ok();
      }
      id = std::max(id, schema->schema_id + 1);
    }
    Schema schema = update.schema;
    schema.schema_id = id;
    metadata_.schemas.push_back(std::make_shared<const Schema>(std::move(schema)));
    last_added_schema_ = id;
    return Status::Ok();
  }

  Status One(const view_update::SetLocation& update) {
    metadata_.location = update.location;
    return Status::Ok();
  }

  Status One(const view_update::SetProperties& update) {
    for (const auto& [key, value] : update.updates) metadata_.properties[key] = value;
    return Status::Ok();
  }

  Status One(const view_update::RemoveProperties& update) {
    for (const std::string& key : update.removals) metadata_.properties.erase(key);
    return Status::Ok();
  }

  Status One(const view_update::AddViewVersion& update) {
    ViewVersion version = update.version;
    if (version.schema_id == kLastAdded) {
      if (!last_added_schema_) {
        return Status::InvalidArgument("Cannot set last added schema: no schema has been added");
      }
      version.schema_id = *last_added_schema_;
    }
    if (metadata_.FindSchema(version.schema_id) == nullptr) {
      return Status::InvalidArgument("Cannot add version with unknown schema: {}", version.schema_id);
    }
    std::set<std::string> dialects;
    for (const ViewRepresentation& one : version.representations) {
      if (one.type == "sql" && !dialects.insert(LowerCase(one.dialect)).second) {
        return Status::InvalidArgument("Invalid view version: Cannot add multiple queries for dialect {}",
                                       LowerCase(one.dialect));
      }
    }
    for (const ViewVersion& known : metadata_.versions) {
      if (SameVersion(known, version)) {
        last_added_version_ = known.version_id;
        return Status::Ok();
      }
      version.version_id = std::max(version.version_id, known.version_id + 1);
    }
    last_added_version_ = version.version_id;
    metadata_.versions.push_back(std::move(version));
    return Status::Ok();
  }

  Status One(const view_update::SetCurrentViewVersion& update) {
    int32_t id = update.version_id;
    if (id == kLastAdded) {
      if (!last_added_version_) {
        return Status::InvalidArgument("Cannot set last version id: no current version id has been set");
      }
      id = *last_added_version_;
    }
    if (id == metadata_.current_version_id) return Status::Ok();
    const ViewVersion* version = metadata_.FindVersion(id);
    if (version == nullptr) {
      return Status::InvalidArgument("Cannot set current version to unknown version: {}", id);
    }
    // Going back to an older version happens now; a new one became current when it was made.
    const bool is_new = base_ == nullptr || base_->FindVersion(id) == nullptr;
    metadata_.version_log.push_back({is_new ? version->timestamp_ms : clock_.NowMillis(), id});
    metadata_.current_version_id = id;
    return Status::Ok();
  }

  // An engine that could read the view must not lose it to another engine's replacement by accident.
  Status CheckDialectsKept() const {
    const auto allowed = metadata_.properties.find("replace.drop-dialect.allowed");
    if (base_ == nullptr || (allowed != metadata_.properties.end() && allowed->second == "true")) {
      return Status::Ok();
    }
    const auto before = DialectsOf(*base_->FindVersion(base_->current_version_id));
    const auto after = DialectsOf(*metadata_.FindVersion(metadata_.current_version_id));
    if (std::includes(after.begin(), after.end(), before.begin(), before.end())) return Status::Ok();
    return Status::InvalidArgument(
        "Cannot replace view due to loss of view dialects (replace.drop-dialect.allowed=false):\n"
        "Previous dialects: [{}]\nNew dialects: [{}]",
        fmt::join(before, ", "), fmt::join(after, ", "));
  }

  Status ForgetOldVersions() {
    size_t kept_max = kHistoryEntriesDefault;
    if (const auto property = metadata_.properties.find("version.history.num-entries");
        property != metadata_.properties.end()) {
      const std::string& text = property->second;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), kept_max);
      if (error != std::errc() || end != text.data() + text.size() || kept_max == 0) {
        return Status::InvalidArgument("version.history.num-entries must be positive but was {}", text);
      }
    }
    auto& versions = metadata_.versions;
    std::sort(versions.begin(), versions.end(),
              [](const ViewVersion& a, const ViewVersion& b) { return a.version_id < b.version_id; });
    for (size_t i = 0; versions.size() > kept_max && i < versions.size();) {
      if (versions[i].version_id == metadata_.current_version_id) {
        ++i;
      } else {
        versions.erase(versions.begin() + static_cast<std::ptrdiff_t>(i));
      }
    }
    // The history starts anew behind the last entry whose version is gone: it has no holes.
    auto& log = metadata_.version_log;
    const auto gone = std::find_if(log.rbegin(), log.rend(), [&](const ViewHistoryEntry& entry) {
      return metadata_.FindVersion(entry.version_id) == nullptr;
    });
    log.erase(log.begin(), gone.base());
    return Status::Ok();
  }

  const ViewMetadata* base_;
  const Clock& clock_;
  ViewMetadata metadata_;
  std::optional<int32_t> last_added_schema_, last_added_version_;
};

}  // namespace

Status CheckViewRequirement(const ViewMetadata& current, const AssertViewUuid& required) {
  if (LowerCase(current.view_uuid) == LowerCase(required.uuid)) return Status::Ok();
  return Status::Conflict("Requirement failed: view UUID does not match: expected {} != {}",
                          current.view_uuid, required.uuid);
}

Result<ViewMetadata> ApplyViewUpdates(const ViewMetadata* base, const std::vector<ViewUpdate>& updates,
                                      const Clock& clock) {
  Builder builder(base, clock);
  for (const ViewUpdate& update : updates) LIFEBOAT_RETURN_IF_ERROR(builder.Apply(update));
  return builder.Build();
}

}  // namespace lifeboat::iceberg
