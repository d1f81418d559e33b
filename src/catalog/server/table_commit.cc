#include "catalog/server/table_commit.h"

#include <algorithm>
#include <utility>

#include "catalog/api/catalog_error.h"
#include "catalog/api/table_places.h"
#include "catalog/server/commit_attempts.h"
#include "catalog/server/operations.h"
#include "catalog/server/table_placement.h"
#include "iceberg/model/json.h"

namespace lifeboat::catalog {
namespace {

using LoadedVersion = std::shared_ptr<const LoadedTableVersion>;

// A commit built on one version of its table.
struct BuiltCommit {
  LoadedVersion base;  // null: creates the table; number 0: it is queued for the store
  std::shared_ptr<const iceberg::TableMetadata> metadata;  // null: the updates change nothing
  CatalogService::Published published;
  std::optional<std::vector<std::string>> places;  // when they are new
  std::string manifest_list;  // of a rebased append, which no transaction names yet; mostly empty
};

// What a commit is to be built upon. Neither a version that is queued for the store nor a cached one that the
// store was not asked about is certain to be the table's: what is refused because of it must be tried again.
struct Base {
  LoadedVersion version;  // null: the one in the store
  bool is_certain() const { return version == nullptr; }
};

Base BaseOf(CatalogService& service, const TableLocks::Holder& turn, const TableIdentifier& table,
            TableLocks::Base wanted) {
  if (LoadedVersion queued = turn.Queued(table); queued != nullptr) return {std::move(queued)};
  if (wanted == TableLocks::Base::kSettled) return {};
  LoadedVersion cached = service.cache().Find(table);
  return cached != nullptr && cached->made_here() ? Base{std::move(cached)} : Base{};
}

bool IsCreate(const TableCommit& commit) {
  return std::any_of(commit.requirements.begin(), commit.requirements.end(), [](const auto& requirement) {
    return std::holds_alternative<iceberg::requirement::AssertCreate>(requirement);
  });
}

// Checks the requirements and applies the updates. An append whose branch has moved on is put onto its head
// instead of being refused; the new manifest list is named in `built`.
Result<iceberg::TableMetadata> ApplyOrRebase(CatalogService& service, const TableCommit& commit,
                                             const iceberg::TableMetadata* base,
                                             const std::string& base_location, BuiltCommit* built) {
  const auto apply = [&](const std::vector<iceberg::TableUpdate>& updates) {
    return iceberg::ApplyUpdates(base, updates, {.base_location = base_location}, service.clock());
  };
  const Status unmet = iceberg::CheckRequirements(base, commit.requirements);
  Result<iceberg::TableMetadata> applied = unmet.ok() ? apply(commit.updates) : unmet;
  if (base == nullptr) return applied;
  const std::optional<RebasedAppend> rebased =
      service.append_rebase().Rebase(*base, commit.requirements, commit.updates, applied.status());
  if (!rebased) return applied;
  Result<iceberg::TableMetadata> moved = apply(rebased->updates);
  if (!moved.ok()) {
    service.Unpublish(rebased->manifest_list, moved.status());
    return applied;
  }
  built->manifest_list = rebased->manifest_list;
  return moved;
}

// What the commit makes of the table's places, if anything. Of several tables that are committed together one
// may go where another one leaves: the store alone can tell.
Result<std::optional<std::vector<std::string>>> NewPlaces(CatalogService& service,
                                                          const TableIdentifier& identifier,
                                                          const iceberg::TableMetadata* base,
                                                          const iceberg::TableMetadata& metadata,
                                                          bool is_alone) {
  using Places = std::optional<std::vector<std::string>>;
  if (base != nullptr &&
      !MovesFiles(base->location, base->properties, metadata.location, metadata.properties))
    return Places();
  if (!is_alone) return Places(PlacesOf(metadata.location, metadata.properties));
  LIFEBOAT_ASSIGN_OR_RETURN(std::vector<std::string> places,
                            CheckedPlaces(service, identifier, metadata.location, metadata.properties));
  return Places(std::move(places));
}

Result<BuiltCommit> Build(CatalogService& service, const TableCommit& commit, const Base& upon,
                          bool is_alone) {
  BuiltCommit built;
  std::shared_ptr<const iceberg::TableMetadata> base;
  Result<LoadedVersion> loaded = upon.is_certain() ? service.Load(commit.identifier) : upon.version;
  if (loaded.ok()) {
    built.base = std::move(loaded).value();
    LIFEBOAT_ASSIGN_OR_RETURN(base, built.base->Metadata());
  } else if (loaded.status().code() != StatusCode::kNotFound || !IsCreate(commit)) {
    return loaded.status();
  }
  const std::string base_location = built.base == nullptr ? std::string() : built.base->metadata_location();
  Result<iceberg::TableMetadata> applied = ApplyOrRebase(service, commit, base.get(), base_location, &built);
  if (!applied.ok()) return InvalidUpdate(applied.status());
  iceberg::TableMetadata metadata = std::move(applied).value();
  LIFEBOAT_RETURN_IF_ERROR(ValidateTableLocation(metadata.location));
  std::string json = iceberg::ToJsonText(metadata);
  if (built.base != nullptr && json == built.base->metadata_json()) return built;
  const auto publish = [&]() -> Result<CatalogService::Published> {
    LIFEBOAT_ASSIGN_OR_RETURN(built.places,
                              NewPlaces(service, commit.identifier, base.get(), metadata, is_alone));
    return service.BeginPublish(iceberg::NewMetadataLocation(metadata, base_location), std::move(json));
  };
  Result<CatalogService::Published> published = publish();
  if (!published.ok()) {
    if (!built.manifest_list.empty()) service.Unpublish(built.manifest_list, published.status());
    return published.status();
  }
  built.published = std::move(published).value();
  built.metadata = std::make_shared<const iceberg::TableMetadata>(std::move(metadata));
  return built;
}

Change ChangeOf(const TableCommit& commit, const BuiltCommit& built) {
  if (built.base == nullptr) {
    return CreateTableChange{.identifier = commit.identifier,
                             .uuid = built.metadata->table_uuid,
                             .metadata_location = built.published.location,
                             .metadata_json = built.published.json,
                             .file_is_durable = built.published.is_durable,
                             .places = built.places.value_or(std::vector<std::string>())};
  }
  return CommitTableChange{.identifier = commit.identifier,
                           .expected_version = built.base->version(),
                           .uuid = built.metadata->table_uuid,
                           .metadata_location = built.published.location,
                           .metadata_json = built.published.json,
                           .expected_metadata_location = built.base->metadata_location(),
                           .file_is_durable = built.published.is_durable,
                           .places = built.places};
}

void UnpublishAll(CatalogService& service, const std::vector<BuiltCommit>& all, const Status& reason) {
  for (const BuiltCommit& built : all) {
    if (!built.published.location.empty()) service.Unpublish(built.published.location, reason);
    if (!built.manifest_list.empty()) service.Unpublish(built.manifest_list, reason);
  }
}

// The manifest lists that the commits name must be durable before they are.
Status SyncManifestLists(CatalogService& service, const std::vector<BuiltCommit>& all) {
  std::vector<std::string> lists;
  for (const BuiltCommit& built : all) {
    if (!built.manifest_list.empty()) lists.push_back(built.manifest_list);
  }
  if (lists.empty()) return Status::Ok();
  const Status synced = service.storage().Sync(lists);
  return synced.ok() ? synced : Status::Unavailable("nothing was committed: {}", synced.message());
}

Status FinishPublish(CatalogService& service, const std::vector<BuiltCommit>& all) {
  for (const BuiltCommit& built : all) {
    if (built.metadata != nullptr) LIFEBOAT_RETURN_IF_ERROR(service.FinishPublish(built.published));
  }
  return Status::Ok();
}

// One attempt. It may succeed when it is made again if another server was faster, or if it was built on what
// is not certain: what that led to proves nothing.
struct Attempt {
  Status status;
  bool may_retry = false;
  std::vector<LoadedVersion> tables;
};

LoadedVersion VersionOf(const BuiltCommit& built, uint64_t number) {
  return std::make_shared<const LoadedTableVersion>(number, built.published.location, built.published.json,
                                                    built.metadata);
}

// Builds every commit; `attempt` says how that ended.
std::vector<BuiltCommit> BuildAll(CatalogService& service, const std::vector<TableCommit>& commits,
                                  const TableLocks::Holder& turn, TableLocks::Base wanted, Attempt& attempt) {
  std::vector<BuiltCommit> all;
  bool all_certain = true;
  for (const TableCommit& commit : commits) {
    const Base upon = BaseOf(service, turn, commit.identifier, wanted);
    all_certain = all_certain && upon.is_certain();
    Result<BuiltCommit> built = Build(service, commit, upon, commits.size() == 1);
    if (built.ok() && built->metadata == nullptr && !upon.is_certain()) {
      built = Status::Conflict("{}: the store must be asked what it has", ToString(commit.identifier));
    }
    if (!built.ok()) {
      UnpublishAll(service, all, built.status());
      attempt.status = built.status();
      attempt.may_retry = !all_certain;
      break;
    }
    all.push_back(std::move(built).value());
  }
  return all;
}

Attempt TryCommit(CatalogService& service, const std::vector<TableCommit>& commits,
                  const std::optional<IdempotentRequest>& idempotency, CommitAnswer answer,
                  TableLocks::Base base) {
  std::vector<TableIdentifier> identifiers;
  for (const TableCommit& commit : commits) identifiers.push_back(commit.identifier);
  TableLocks::Holder turn(service.locks(), std::move(identifiers), base);
  Attempt attempt;
  const std::vector<BuiltCommit> all = BuildAll(service, commits, turn, base, attempt);
  if (!attempt.status.ok()) return attempt;
  std::vector<Change> changes;
  std::vector<TableLocks::Holder::NewVersion> made;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].metadata == nullptr) continue;
    changes.push_back(ChangeOf(commits[i], all[i]));
    made.push_back({commits[i].identifier, VersionOf(all[i], 0)});
  }
  uint64_t version = 0;
  if (!changes.empty()) {
    const bool answers_table = answer == CommitAnswer::kTable;
    std::string body;
    if (answers_table && idempotency) {
      body = LoadTableResultJson(all.front().published.location, all.front().published.json);
    }
    // A commit that another server outran keeps its turn: it would lose its place to each that comes after.
    const bool passes_on = base == TableLocks::Base::kMayBeQueued;
    const bool has_lists = std::any_of(all.begin(), all.end(),
                                       [](const BuiltCommit& built) { return !built.manifest_list.empty(); });
    if (passes_on && has_lists) turn.PassOn(std::move(made));
    const Status synced = SyncManifestLists(service, all);
    if (!synced.ok()) {
      UnpublishAll(service, all, synced);
      return {synced};
    }
    turn.AwaitEarlier();
    const auto queued = [&] {
      if (passes_on) {
        if (!turn.passed_on()) turn.PassOn(std::move(made));
        turn.Entered();
      }
      return FinishPublish(service, all);
    };
    const Result<Applied> applied =
        service.Apply(std::move(changes), {idempotency, answers_table ? 200 : 204, body}, queued);
    if (!applied.ok()) {
      UnpublishAll(service, all, applied.status());
      return {applied.status(), applied.status().code() == StatusCode::kConflict};
    }
    version = applied->position;
  }
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].metadata == nullptr) {
      attempt.tables.push_back(all[i].base);
      continue;
    }
    LoadedVersion table = VersionOf(all[i], version);
    if (base == TableLocks::Base::kMayBeQueued) table->MadeHere();
    service.cache().Put(commits[i].identifier, table);
    attempt.tables.push_back(std::move(table));
  }
  turn.Applied();
  return attempt;
}

}  // namespace

Result<TableCommit> ParseTableCommit(const boost::json::value& value, const TableIdentifier* from_path) {
  const iceberg::JsonPath root;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ObjectReader reader, iceberg::ObjectReader::Open(value, root));
  TableCommit commit;
  const boost::json::value* identifier = reader.Find("identifier");
  if (identifier != nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(commit.identifier, ParseIdentifier(*identifier, "identifier"));
    if (from_path != nullptr && commit.identifier != *from_path) {
      return Status::InvalidArgument("Invalid commit: its identifier is {}, its path names {}",
                                     ToString(commit.identifier), ToString(*from_path));
    }
  } else if (from_path != nullptr) {
    commit.identifier = *from_path;
  } else {
    return Status::InvalidArgument("Invalid commit: the identifier of a table change is missing");
  }
  const boost::json::value* requirements = reader.Find("requirements");
  const boost::json::value* updates = reader.Find("updates");
  if (requirements == nullptr) return Status::InvalidArgument("requirements: missing");
  if (updates == nullptr) return Status::InvalidArgument("updates: missing");
  LIFEBOAT_ASSIGN_OR_RETURN(commit.requirements,
                            iceberg::ParseTableRequirements(*requirements, reader.PathOf("requirements")));
  LIFEBOAT_ASSIGN_OR_RETURN(commit.updates, iceberg::ParseTableUpdates(*updates, reader.PathOf("updates")));
  return commit;
}

Result<std::vector<LoadedVersion>> CommitTables(CatalogService& service,
                                                const std::vector<TableCommit>& commits,
                                                const std::optional<IdempotentRequest>& idempotency,
                                                CommitAnswer answer) {
  std::vector<TableIdentifier> identifiers;
  for (const TableCommit& commit : commits) identifiers.push_back(commit.identifier);
  std::sort(identifiers.begin(), identifiers.end());
  const auto twice = std::adjacent_find(identifiers.begin(), identifiers.end());
  if (twice != identifiers.end()) {
    return Status::InvalidArgument("Invalid transaction: it changes {} twice", ToString(*twice));
  }
  Attempt attempt;
  TableLocks::Base base = TableLocks::Base::kMayBeQueued;
  for (CommitAttempts attempts; attempts.Next(); base = TableLocks::Base::kSettled) {
    attempt = TryCommit(service, commits, idempotency, answer, base);
    if (attempt.status.ok()) return std::move(attempt.tables);
    if (!attempt.may_retry) break;
  }
  return attempt.status;
}

}  // namespace lifeboat::catalog
