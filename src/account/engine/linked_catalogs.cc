#include "account/engine/linked_catalogs.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "account/objects/object_json.h"
#include "base/log.h"
#include "catalog/api/table_places.h"
#include "storage/confined_storage.h"

namespace lifeboat::account {
namespace {

std::string ToUpper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return text;
}

std::string SqlName(const std::string& catalog_name, const LinkedCatalog& link) {
  return link.case_sensitive ? catalog_name : ToUpper(catalog_name);
}

std::string Join(const catalog::Namespace& levels, const std::string& delimiter) {
  std::string joined;
  for (const std::string& level : levels) joined += (joined.empty() ? "" : delimiter) + level;
  return joined;
}

bool IsListed(const std::vector<std::string>& list, const catalog::Namespace& name_space) {
  const std::string name = ToUpper(Join(name_space, "."));
  return std::any_of(list.begin(), list.end(), [&](const std::string& entry) {
    const std::string wanted = ToUpper(entry);
    return name == wanted || name.rfind(wanted + ".", 0) == 0;
  });
}

bool IsWanted(const LinkedCatalog& link, const catalog::Namespace& name_space) {
  if (IsListed(link.blocked_namespaces, name_space)) return false;
  return link.allowed_namespaces.empty() || IsListed(link.allowed_namespaces, name_space);
}

// The catalog is away, as opposed to saying no.
bool IsOutage(const Status& status) {
  switch (status.code()) {
    case StatusCode::kNotFound:
    case StatusCode::kPermissionDenied:
    case StatusCode::kUnauthenticated:
    case StatusCode::kFailedPrecondition:
    case StatusCode::kInvalidArgument:
    case StatusCode::kUnsupported:
      return false;
    default:
      return true;
  }
}

std::string SqlType(const iceberg::Type& type) {
  using iceberg::TypeId;
  switch (type.id) {
    case TypeId::kBoolean:
      return "BOOLEAN";
    case TypeId::kInt:
      return "NUMBER(10,0)";
    case TypeId::kLong:
      return "NUMBER(19,0)";
    case TypeId::kFloat:
    case TypeId::kDouble:
      return "FLOAT";
    case TypeId::kDecimal:
      return fmt::format("NUMBER({},{})", type.precision, type.scale);
    case TypeId::kDate:
      return "DATE";
    case TypeId::kTime:
      return "TIME(6)";
    case TypeId::kTimestamp:
      return "TIMESTAMP_NTZ(6)";
    case TypeId::kTimestampNs:
      return "TIMESTAMP_NTZ(9)";
    case TypeId::kTimestampTz:
      return "TIMESTAMP_LTZ(6)";
    case TypeId::kTimestampTzNs:
      return "TIMESTAMP_LTZ(9)";
    case TypeId::kFixed:
      return fmt::format("BINARY({})", type.length);
    case TypeId::kBinary:
      return "BINARY(8388608)";
    case TypeId::kList:
      return "ARRAY";
    case TypeId::kStruct:
    case TypeId::kMap:
      return "OBJECT";
    case TypeId::kVariant:
      return "VARIANT";
    default:
      return "VARCHAR(16777216)";
  }
}

bool SameColumns(const std::vector<TableColumn>& a, const std::vector<TableColumn>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const TableColumn& x, const TableColumn& y) {
    return x.name == y.name && x.type == y.type && x.nullable == y.nullable && x.comment == y.comment;
  });
}

LinkStatus::Failure MakeFailure(std::string entity, std::string domain, std::string operation,
                                const Status& status) {
  return {std::move(entity), std::move(domain), std::move(operation),
          std::string(StatusCodeName(status.code())), status.message()};
}

}  // namespace

struct LinkedCatalogs::ClientState {
  CatalogConnection connection;
  std::string definition;  // the integration's, to notice a replaced one
  std::atomic<bool> is_down{false};
  Mutex mutex;
  std::unique_ptr<catalog::Catalog> client GUARDED_BY(mutex);
};

struct LinkedCatalogs::TableState {
  Mutex mutex;
  int64_t asked_micros GUARDED_BY(mutex) = 0;  // monotonic; when the catalog last answered
  std::string metadata_location GUARDED_BY(mutex);
  std::shared_ptr<const IcebergScan> scan GUARDED_BY(mutex);
};

std::vector<TableColumn> ToTableColumns(const iceberg::Schema& schema, bool case_sensitive) {
  std::vector<TableColumn> columns;
  for (const iceberg::Field& field : schema.fields) {
    TableColumn column;
    column.name = case_sensitive ? field.name : ToUpper(field.name);
    column.type = SqlType(field.type);
    column.nullable = !field.required;
    column.comment = field.doc.value_or("");
    column.source_type = iceberg::ToString(field.type);
    columns.push_back(std::move(column));
  }
  return columns;
}

LinkedCatalogs::LinkedCatalogs(const EmbeddedAccountOptions& options, ObjectStore& store)
    : options_(options), store_(store) {}

LinkedCatalogs::~LinkedCatalogs() = default;

void LinkedCatalogs::StartBackground() {
  background_ = std::make_unique<PeriodicThread>("link-sync", std::chrono::seconds(1), [this] { SyncDue(); });
}

Result<std::shared_ptr<LinkedCatalogs::ClientState>> LinkedCatalogs::ClientFor(const Snapshot& snapshot,
                                                                               const std::string& name) {
  const Object* object = snapshot.Find(ObjectKind::kIntegration, kAccountId, name);
  if (object == nullptr) return Status::NotFound("catalog integration '{}' does not exist", name);
  const auto& integration = object->as<Integration>();
  if (!integration.enabled) {
    return Status::FailedPrecondition("catalog integration '{}' is disabled; ALTER it with ENABLED = TRUE",
                                      name);
  }
  if (!options_.catalog_factory) return Status::Unsupported("this account is not connected to any catalog");
  const std::string definition = BodyToJson(object->body);
  MutexLock lock(mutex_);
  std::shared_ptr<ClientState>& state = clients_[name];
  // Whoever still uses the client of a replaced integration keeps it alive.
  if (state == nullptr || state->definition != definition) {
    state = std::make_shared<ClientState>();
    state->connection = {name, integration.Block("REST_CONFIG"), integration.Block("REST_AUTHENTICATION")};
    state->definition = definition;
  }
  return state;
}

Result<catalog::Catalog*> LinkedCatalogs::Connect(ClientState& state) {
  MutexLock lock(state.mutex);
  if (state.client == nullptr) {
    LIFEBOAT_ASSIGN_OR_RETURN(state.client, options_.catalog_factory(state.connection));
  }
  return state.client.get();
}

Result<Discovery> LinkedCatalogs::Discover(const Snapshot& snapshot, const LinkedCatalog& link) {
  LIFEBOAT_ASSIGN_OR_RETURN(const std::shared_ptr<ClientState> state, ClientFor(snapshot, link.integration));
  LIFEBOAT_ASSIGN_OR_RETURN(catalog::Catalog * client, Connect(*state));
  Discovery discovery;
  const bool nested = link.namespace_mode == "FLATTEN_NESTED_NAMESPACE";
  std::vector<catalog::Namespace> open{{}};
  for (size_t i = 0; i < open.size(); ++i) {
    const catalog::Namespace parent = open[i];
    if (!parent.empty() && IsWanted(link, parent)) discovery.schemas.push_back({parent, {}});
    if (!parent.empty() && !nested) continue;
    Result<std::vector<catalog::Namespace>> children = client->ListNamespaces(parent);
    if (!children.ok()) {
      if (parent.empty()) return children.status();
      discovery.failures.push_back(
          MakeFailure(Join(parent, "."), "SCHEMA", "LIST_NAMESPACES", children.status()));
      continue;
    }
    open.insert(open.end(), children->begin(), children->end());
  }
  for (DiscoveredSchema& schema : discovery.schemas) {
    const Result<std::vector<catalog::TableIdentifier>> tables = client->ListTables(schema.name_space);
    if (!tables.ok()) {
      if (IsOutage(tables.status())) return tables.status();
      discovery.failures.push_back(
          MakeFailure(Join(schema.name_space, "."), "SCHEMA", "LIST_TABLES", tables.status()));
      continue;
    }
    for (const catalog::TableIdentifier& identifier : *tables) {
      Result<catalog::LoadedTable> loaded = client->LoadTable(identifier);
      if (!loaded.ok()) {
        discovery.failures.push_back(
            MakeFailure(catalog::ToString(identifier), "TABLE", "LOAD_TABLE", loaded.status()));
        continue;
      }
      schema.tables.push_back({identifier.name, std::move(*loaded)});
    }
  }
  return discovery;
}

namespace {

// Creates the table, or brings the existing one up to date; returns its id.
Result<ObjectId> ApplyTable(const DiscoveredTable& found, const LinkedCatalog& link, const Object& schema,
                            Transaction& transaction) {
  IcebergTable table;
  table.integration = link.integration;
  table.external_volume = link.external_volume;
  table.catalog_namespace = schema.as<Schema>().catalog_namespace;
  table.catalog_table = found.name;
  table.location = found.loaded.metadata->location;
  table.format_version = found.loaded.metadata->format_version;
  table.columns = ToTableColumns(found.loaded.metadata->schema(), link.case_sensitive);
  const std::string name = SqlName(found.name, link);
  const Object* existing = transaction.view().FindRelation(schema.id, name);
  if (existing == nullptr) {
    Object object;
    object.parent = schema.id;
    object.name = name;
    object.owner = schema.owner;
    object.body = std::move(table);
    return transaction.Create(std::move(object));
  }
  const auto* old = existing->get_if<IcebergTable>();
  if (old == nullptr) {
    return Status::AlreadyExists("table '{}' of the catalog hides behind an object of the same name", name);
  }
  if (!SameColumns(old->columns, table.columns) || old->location != table.location ||
      old->catalog_table != table.catalog_table) {
    Object object = *existing;
    object.body = std::move(table);
    LIFEBOAT_RETURN_IF_ERROR(transaction.Update(std::move(object)));
  }
  return existing->id;
}

}  // namespace

Status LinkedCatalogs::Apply(const Discovery& discovery, ObjectId database_id, Transaction& transaction) {
  const Object* database = transaction.view().Get(database_id);
  if (database == nullptr) return Status::NotFound("the linked database is gone");
  const ObjectId owner = database->owner;
  const LinkedCatalog link = *database->as<Database>().link;
  std::set<ObjectId> seen;
  for (const DiscoveredSchema& found : discovery.schemas) {
    const std::string name = SqlName(Join(found.name_space, link.flatten_delimiter), link);
    const Object* schema = transaction.view().Find(ObjectKind::kSchema, database_id, name);
    if (schema == nullptr) {
      Object object;
      object.parent = database_id;
      object.name = name;
      object.owner = owner;
      object.body = Schema{found.name_space};
      LIFEBOAT_ASSIGN_OR_RETURN(const ObjectId id, transaction.Create(std::move(object)));
      schema = transaction.view().Get(id);
    } else if (schema->as<Schema>().catalog_namespace != found.name_space) {
      Object object = *schema;
      object.body = Schema{found.name_space};
      LIFEBOAT_RETURN_IF_ERROR(transaction.Update(std::move(object)));
      schema = transaction.view().Find(ObjectKind::kSchema, database_id, name);
    }
    seen.insert(schema->id);
    const Object parent = *schema;
    for (const DiscoveredTable& table : found.tables) {
      LIFEBOAT_ASSIGN_OR_RETURN(const ObjectId id, ApplyTable(table, link, parent, transaction));
      seen.insert(id);
    }
  }
  // What could not be looked at may still be there.
  std::set<std::string> unknown;
  for (const LinkStatus::Failure& failure : discovery.failures) unknown.insert(failure.entity);
  std::vector<ObjectId> gone;
  for (const Object* schema : transaction.view().Children(ObjectKind::kSchema, database_id)) {
    const catalog::Namespace& name_space = schema->as<Schema>().catalog_namespace;
    if (name_space.empty()) continue;  // PUBLIC and INFORMATION_SCHEMA are ours
    if (unknown.contains(Join(name_space, "."))) continue;
    if (!seen.contains(schema->id)) {
      gone.push_back(schema->id);
      continue;
    }
    for (const Object* table : transaction.view().Children(ObjectKind::kIcebergTable, schema->id)) {
      const std::string entity = catalog::ToString({name_space, table->as<IcebergTable>().catalog_table});
      if (!seen.contains(table->id) && !unknown.contains(entity)) gone.push_back(table->id);
    }
  }
  for (const ObjectId id : gone) LIFEBOAT_RETURN_IF_ERROR(transaction.Drop(id));
  return Status::Ok();
}

void LinkedCatalogs::Remember(const Discovery& discovery, ObjectId database_id) {
  const std::shared_ptr<const Snapshot> snapshot = store_.Current();
  const Object* database = snapshot->Get(database_id);
  if (database == nullptr || !database->as<Database>().link) return;
  const LinkedCatalog& link = *database->as<Database>().link;
  for (const DiscoveredSchema& found : discovery.schemas) {
    const Object* schema = snapshot->Find(ObjectKind::kSchema, database_id,
                                          SqlName(Join(found.name_space, link.flatten_delimiter), link));
    if (schema == nullptr) continue;
    for (const DiscoveredTable& table : found.tables) {
      const Object* object = snapshot->FindRelation(schema->id, SqlName(table.name, link));
      if (object == nullptr || object->kind() != ObjectKind::kIcebergTable) continue;
      const Result<std::optional<ObjectStore::LinkedMetadata>> kept = store_.ReadLinkedMetadata(object->id);
      if (kept.ok() && *kept && (*kept)->metadata_location == table.loaded.metadata_location) continue;
      const Status written = store_.WriteLinkedMetadata(
          object->id, {table.loaded.metadata_location, iceberg::ToJsonText(*table.loaded.metadata)});
      if (!written.ok())
        log::Warning("linked metadata not kept", {{"table", object->name}, {"status", written}});
    }
  }
}

Status LinkedCatalogs::Sync(ObjectId database_id) {
  const std::shared_ptr<const Snapshot> snapshot = store_.Current();
  const Object* database = snapshot->Get(database_id);
  if (database == nullptr || database->kind() != ObjectKind::kDatabase || !database->as<Database>().link) {
    return Status::NotFound("the linked database is gone");
  }
  const Result<Discovery> discovery = Discover(*snapshot, *database->as<Database>().link);
  Status outcome = discovery.status();
  if (discovery.ok()) {
    const std::unique_ptr<Transaction> transaction = store_.Begin();
    outcome = Apply(*discovery, database_id, *transaction);
    if (outcome.ok()) outcome = transaction->Commit();
  }
  if (outcome.ok()) Remember(*discovery, database_id);
  MutexLock lock(mutex_);
  LinkStatus& status = statuses_[database_id];
  const bool failed_before = status.execution_state == "FAILED";
  status.last_attempt_micros = options_.clock->NowMicros();
  status.execution_state = outcome.ok() ? "RUNNING" : "FAILED";
  status.failure_reason = outcome.ok() ? "" : outcome.message();
  status.failure_code = outcome.ok() ? "" : std::string(StatusCodeName(outcome.code()));
  if (discovery.ok()) status.failures = discovery->failures;
  if (!outcome.ok() && !failed_before) {
    log::Warning("linked database cannot be refreshed", {{"database", database->name}, {"status", outcome}});
  } else if (outcome.ok() && failed_before) {
    log::Info("linked database is refreshed again", {{"database", database->name}});
  }
  return outcome;
}

LinkStatus LinkedCatalogs::StatusOf(const Object& database) const {
  MutexLock lock(mutex_);
  const auto found = statuses_.find(database.id);
  LinkStatus status = found == statuses_.end() ? LinkStatus() : found->second;
  const auto& link = database.as<Database>().link;
  if (link && link->discovery_suspended) status.execution_state = "SUSPENDED";
  return status;
}

void LinkedCatalogs::ProbeDown() {
  std::vector<std::shared_ptr<ClientState>> down;
  {
    MutexLock lock(mutex_);
    for (const auto& [name, state] : clients_) {
      if (state->is_down) down.push_back(state);
    }
  }
  for (const std::shared_ptr<ClientState>& state : down) {
    const Result<catalog::Catalog*> client = Connect(*state);
    if (!client.ok()) continue;
    const Status answered = (*client)->ListNamespaces({}).status();
    if (!answered.ok() && IsOutage(answered)) continue;
    state->is_down = false;
    log::Info("catalog answers again", {{"integration", state->connection.integration}});
  }
}

void LinkedCatalogs::SyncDue() {
  ProbeDown();
  const std::shared_ptr<const Snapshot> snapshot = store_.Current();
  for (const Object* database : snapshot->All(ObjectKind::kDatabase)) {
    const auto& link = database->as<Database>().link;
    if (!link || link->discovery_suspended) continue;
    {
      MutexLock lock(mutex_);
      const int64_t now = options_.clock->MonotonicMicros();
      const auto [entry, is_new] = next_sync_micros_.try_emplace(database->id, 0);
      // A database created just now has been discovered by its CREATE; one found at start-up is synced at
      // once.
      if (is_new && statuses_.contains(database->id))
        entry->second = now + link->sync_interval_seconds * 1'000'000;
      if (entry->second > now) continue;
      entry->second = now + link->sync_interval_seconds * 1'000'000;
    }
    const Status ignored = Sync(database->id);  // kept in its LinkStatus
    (void)ignored;
  }
}

std::shared_ptr<LinkedCatalogs::TableState> LinkedCatalogs::StateOf(ObjectId table) {
  MutexLock lock(mutex_);
  std::shared_ptr<TableState>& state = tables_[table];
  if (state == nullptr) state = std::make_shared<TableState>();
  return state;
}

Result<std::shared_ptr<const IcebergScan>> LinkedCatalogs::Scan(const Snapshot& snapshot, const Object& table,
                                                                std::string* warning) {
  const std::shared_ptr<TableState> state = StateOf(table.id);
  MutexLock lock(state->mutex);
  const int64_t now = options_.clock->MonotonicMicros();
  const bool fresh =
      state->scan != nullptr && now - state->asked_micros < options_.metadata_max_age_millis * 1000;
  if (fresh) return state->scan;
  return Load(snapshot, table, *state, warning);
}

Result<std::shared_ptr<const IcebergScan>> LinkedCatalogs::Load(const Snapshot& snapshot, const Object& table,
                                                                TableState& state, std::string* warning)
    NO_THREAD_SAFETY_ANALYSIS {
  const auto& linked = table.as<IcebergTable>();
  LIFEBOAT_ASSIGN_OR_RETURN(const std::shared_ptr<ClientState> catalog,
                            ClientFor(snapshot, linked.integration));
  Status outage = Status::Unavailable("it did not answer before");
  if (!catalog->is_down) {
    const Result<catalog::Catalog*> client = Connect(*catalog);
    outage = client.status();
    if (client.ok()) {
      const Result<catalog::LoadedTable> loaded =
          (*client)->LoadTable({linked.catalog_namespace, linked.catalog_table});
      if (loaded.ok()) {
        if (state.scan == nullptr || state.metadata_location != loaded->metadata_location) {
          LIFEBOAT_RETURN_IF_ERROR(
              Install(snapshot, table, loaded->metadata_location, loaded->metadata, state));
        }
        state.asked_micros = options_.clock->MonotonicMicros();
        return state.scan;
      }
      outage = loaded.status();
    }
    if (!IsOutage(outage)) return outage;
    if (!catalog->is_down.exchange(true)) {
      log::Warning("catalog does not answer", {{"integration", linked.integration}, {"status", outage}});
    }
  }
  if (state.scan == nullptr) LIFEBOAT_RETURN_IF_ERROR(RestoreRemembered(table, state));
  if (state.scan == nullptr) return outage;
  *warning = fmt::format("catalog integration '{}' does not answer ({}); table {} is read as it was at {}",
                         linked.integration, outage.message(), snapshot.QualifiedName(table),
                         FormatUtc(state.scan->metadata->last_updated_ms * 1000));
  return state.scan;
}

Status LinkedCatalogs::RestoreRemembered(const Object& table, TableState& state) NO_THREAD_SAFETY_ANALYSIS {
  LIFEBOAT_ASSIGN_OR_RETURN(const auto kept, store_.ReadLinkedMetadata(table.id));
  if (!kept) return Status::Ok();
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::TableMetadata metadata,
                            iceberg::ParseTableMetadata(kept->metadata_json, kept->metadata_location));
  const std::shared_ptr<const Snapshot> snapshot = store_.Current();
  return Install(*snapshot, table, kept->metadata_location,
                 std::make_shared<const iceberg::TableMetadata>(std::move(metadata)), state);
}

Status LinkedCatalogs::Install(const Snapshot& snapshot, const Object& table,
                               const std::string& metadata_location,
                               std::shared_ptr<const iceberg::TableMetadata> metadata,
                               TableState& state) NO_THREAD_SAFETY_ANALYSIS {
  // The account reaches more than whoever wrote the table: it follows the table's metadata to the table's own
  // files alone.
  const storage::ReadCheck check =
      [&, places = catalog::PlacesOf(metadata->location, metadata->properties)](std::string_view location) {
        if (catalog::LiesInPlaces(places, location)) return Status::Ok();
        return Status::PermissionDenied(
            "table {} names '{}', which lies outside of its locations; whoever may alter it in its catalog "
            "can make "
            "that folder one of them (property write.data.path)",
            snapshot.QualifiedName(table), location);
      };
  storage::ConfinedStorage own_files(*options_.storage, check);
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::ScanPlan plan, iceberg::PlanScan(own_files, *metadata));
  for (const iceberg::PlannedFile& planned : plan.files)
    LIFEBOAT_RETURN_IF_ERROR(check(planned.file.file_path));
  for (const iceberg::DeleteFile& deletes : plan.delete_files)
    LIFEBOAT_RETURN_IF_ERROR(check(deletes.file.file_path));
  auto scan = std::make_shared<IcebergScan>();
  scan->table_name = snapshot.QualifiedName(table);
  scan->metadata = std::move(metadata);
  scan->plan = std::make_shared<const iceberg::ScanPlan>(std::move(plan));
  state.metadata_location = metadata_location;
  state.scan = std::move(scan);
  return Status::Ok();
}

}  // namespace lifeboat::account
