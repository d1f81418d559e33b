#include "catalog/store/postgres_group.h"

#include <algorithm>

#include "catalog/api/catalog_error.h"
#include "catalog/store/change_rows.h"

namespace lifeboat::catalog {
namespace {

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>;

// The encoded namespaces and names of one identifier after another.
struct Columns {
  std::vector<std::string_view> namespaces;
  std::vector<std::string_view> names;
};

constexpr PostgresStatement kBegin{"begin", "BEGIN"};
// RETURNING would not promise an order, so ids are matched by their own: they grow with u.n.
constexpr PostgresStatement kInsertMetadata{"insert_metadata",
                                            "INSERT INTO metadata_files (id, location, content) SELECT "
                                            "nextval('metadata_file_ids'), u.location, u.content "
                                            "FROM unnest($1::text[], $2::bytea[]) WITH ORDINALITY AS "
                                            "u(location, content, n) ORDER BY u.n RETURNING id"};
constexpr PostgresStatement kLockState{"lock_state",
                                       "SELECT epoch, last_position, last_micros, records_version FROM "
                                       "catalog_state WHERE id = 1 FOR NO KEY UPDATE"};
constexpr PostgresStatement kReadIdempotency{
    "read_idempotency",
    "SELECT key, fingerprint, status, body, expires_micros FROM idempotency WHERE key = ANY ($1::text[])"};
constexpr PostgresStatement kReadNamespaces{
    "read_namespaces", "SELECT path, properties, version FROM namespaces WHERE path = ANY ($1::text[])"};
constexpr PostgresStatement kReadTables{
    "read_tables",
    "SELECT t.namespace, t.name, t.kind, t.uuid, t.metadata_id, m.location, t.version "
    "FROM unnest($1::text[], $2::text[]) AS u(namespace, name) "
    "JOIN tables t ON t.namespace = u.namespace AND t.name = u.name "
    "JOIN metadata_files m ON m.id = t.metadata_id"};
constexpr PostgresStatement kReadReservations{
    "read_reservations",
    "SELECT r.namespace, r.name, r.holder = $3 FROM unnest($1::text[], $2::text[]) AS u(namespace, name) "
    "JOIN reservations r ON r.namespace = u.namespace AND r.name = u.name "
    "WHERE r.holder = $3 OR r.expires > clock_timestamp()"};
constexpr PostgresStatement kReadRecords{"read_records",
                                         "SELECT key, version FROM records WHERE key = ANY ($1::text[])"};
constexpr PostgresStatement kHasOtherChildren{
    "has_other_children",
    "SELECT EXISTS (SELECT 1 FROM namespaces WHERE parent = $1 AND path <> ALL ($2::text[])) "
    "OR EXISTS (SELECT 1 FROM tables WHERE namespace = $1 AND name <> ALL ($3::text[]))"};

// "" for what cannot be stored and so does not exist: the server refuses NUL and malformed UTF-8 even in a
// question.
std::string PathOf(const Namespace& name_space) {
  return ValidateNamespace(name_space).ok() ? EncodeNamespace(name_space) : std::string();
}

}  // namespace

PostgresGroup::PostgresGroup(std::vector<PostgresWrite> writes, std::string holder)
    : writes_(std::move(writes)),
      holder_(std::move(holder)),
      results_(writes_.size(), Applied()),
      awaits_turn_(writes_.size()) {
  size_t metadata_count = 0;
  for (const PostgresWrite& write : writes_) {
    if (const auto* transaction = std::get_if<const Transaction*>(&write)) {
      metadata_count += (*transaction)->changes.size();
      CollectKeys(**transaction);
      CollectPlaces(**transaction);
    } else if (const auto* record = std::get_if<const IdempotencyRecord*>(&write)) {
      idempotency_.try_emplace((*record)->key);
    }
  }
  metadata_.reserve(metadata_count);  // addresses stay
  for (const PostgresWrite& write : writes_) {
    const auto* transaction = std::get_if<const Transaction*>(&write);
    if (transaction == nullptr) continue;
    for (const Change& change : (*transaction)->changes) {
      const auto add = [this](const std::string& location, const std::string& json) {
        metadata_.push_back({.location = location, .content = json});
      };
      if (const auto* create = std::get_if<CreateTableChange>(&change)) {
        add(create->metadata_location, create->metadata_json);
      } else if (const auto* commit = std::get_if<CommitTableChange>(&change)) {
        add(commit->metadata_location, commit->metadata_json);
      }
    }
  }
}

void PostgresGroup::CollectKeys(const TableIdentifier& identifier) {
  if (!ValidateIdentifier(identifier).ok()) return;
  const std::string path = EncodeNamespace(identifier.name_space);
  namespaces_.try_emplace(path);
  tables_.try_emplace({path, identifier.name});
}

void PostgresGroup::CollectKeys(const Transaction& transaction) {
  if (transaction.idempotency) idempotency_.try_emplace(transaction.idempotency->key);
  const auto add_namespace = [this](const Namespace& name_space) {
    const std::string path = PathOf(name_space);
    if (path.empty()) return path;
    namespaces_.try_emplace(path);
    if (const std::string parent = ParentPath(path); !parent.empty()) namespaces_.try_emplace(parent);
    return path;
  };
  const auto add_record = [this](const std::string& key) {
    if (ValidateRecordKey(key).ok()) records_.try_emplace(key);
  };
  for (const Change& change : transaction.changes) {
    std::visit(Overloaded{[&](const CreateNamespaceChange& c) { add_namespace(c.name_space); },
                          [&](const UpdateNamespaceChange& c) { add_namespace(c.name_space); },
                          [&](const DropNamespaceChange& c) {
                            const std::string path = add_namespace(c.name_space);
                            if (!path.empty()) other_children_[path] = true;
                          },
                          [&](const RenameTableChange& c) {
                            CollectKeys(c.identifier);
                            CollectKeys(c.renamed_to);
                          },
                          [&](const PutRecordChange& c) { add_record(c.key); },
                          [&](const DeleteRecordChange& c) { add_record(c.key); },
                          [&](const auto& c) { CollectKeys(c.identifier); }},
               change);
  }
}

Status PostgresGroup::Begin(PostgresConnection& connection) {
  SendReads(connection);
  LIFEBOAT_ASSIGN_OR_RETURN(const std::vector<PostgresRows> rows, connection.Finish());
  return TakeReads(rows);
}

void PostgresGroup::SendReads(PostgresConnection& connection) {
  connection.Send(kBegin);
  if (!metadata_.empty()) {
    std::vector<std::string_view> locations;
    std::vector<std::string_view> contents;
    for (const SentMetadata& metadata : metadata_) {
      locations.push_back(metadata.location);
      contents.push_back(metadata.content);
    }
    connection.Send(kInsertMetadata, PostgresParameters().Texts(locations).ByteArrays(contents));
  }
  connection.Send(kLockState);
  std::vector<std::string_view> keys;
  if (!idempotency_.empty()) {
    for (const auto& [key, slot] : idempotency_) keys.push_back(key);
    connection.Send(kReadIdempotency, PostgresParameters().Texts(keys));
  }
  std::vector<std::string_view> paths;
  if (!namespaces_.empty()) {
    for (const auto& [path, slot] : namespaces_) paths.push_back(path);
    connection.Send(kReadNamespaces, PostgresParameters().Texts(paths));
  }
  Columns tables;
  if (!tables_.empty()) {
    for (const auto& [key, slot] : tables_) {
      tables.namespaces.push_back(key.first);
      tables.names.push_back(key.second);
    }
    connection.Send(kReadTables, PostgresParameters().Texts(tables.namespaces).Texts(tables.names));
    connection.Send(kReadReservations,
                    PostgresParameters().Texts(tables.namespaces).Texts(tables.names).Text(holder_));
  }
  std::vector<std::string_view> record_keys;
  if (!records_.empty()) {
    for (const auto& [key, slot] : records_) record_keys.push_back(key);
    connection.Send(kReadRecords, PostgresParameters().Texts(record_keys));
  }
  for (const auto& [path, other] : other_children_) {
    std::vector<std::string_view> names;
    for (auto table = tables_.lower_bound({path, ""}); table != tables_.end() && table->first.first == path;
         ++table) {
      names.push_back(table->first.second);
    }
    connection.Send(kHasOtherChildren, PostgresParameters().Text(path).Texts(paths).Texts(names));
  }
  SendPlaceReads(connection);
}

Status PostgresGroup::TakeReads(const std::vector<PostgresRows>& rows) {
  size_t next = 1;  // past BEGIN
  if (!metadata_.empty()) {
    const PostgresRows& inserted = rows[next++];
    std::vector<int64_t> ids;
    for (int row = 0; row < inserted.size(); ++row) ids.push_back(inserted.Integer(row, 0));
    std::sort(ids.begin(), ids.end());
    if (ids.size() != metadata_.size())
      return Status::Internal("catalog store: metadata got {} ids", ids.size());
    for (size_t i = 0; i < ids.size(); ++i) {
      metadata_[i].id = ids[i];
      metadata_by_id_[ids[i]] = &metadata_[i];
    }
  }
  const PostgresRows& state = rows[next++];
  if (state.size() != 1) return Status::Corruption("catalog store: its state row is missing");
  epoch_ = static_cast<uint64_t>(state.Integer(0, 0));
  position_ = static_cast<uint64_t>(state.Integer(0, 1));
  micros_ = state.Integer(0, 2);
  records_version_ = static_cast<uint64_t>(state.Integer(0, 3));
  if (!idempotency_.empty()) {
    const PostgresRows& found = rows[next++];
    for (int row = 0; row < found.size(); ++row) {
      IdempotencyRecord record{std::string(found.Text(row, 0)), std::string(found.Text(row, 1)),
                               static_cast<int>(found.Integer(row, 2)), std::string(found.Text(row, 3)),
                               found.Integer(row, 4)};
      idempotency_[record.key] = {record, record};
    }
  }
  if (!namespaces_.empty()) {
    const PostgresRows& found = rows[next++];
    for (int row = 0; row < found.size(); ++row) {
      const NamespaceRow stored{std::string(found.Text(row, 1)),
                                static_cast<uint64_t>(found.Integer(row, 2))};
      namespaces_[std::string(found.Text(row, 0))] = {stored, stored};
    }
  }
  if (!tables_.empty()) {
    const PostgresRows& found = rows[next++];
    for (int row = 0; row < found.size(); ++row) {
      const TableRow stored{static_cast<ObjectKind>(found.Integer(row, 2)), std::string(found.Text(row, 3)),
                            found.Integer(row, 4), std::string(found.Text(row, 5)),
                            static_cast<uint64_t>(found.Integer(row, 6))};
      tables_[{std::string(found.Text(row, 0)), std::string(found.Text(row, 1))}] = {stored, stored};
    }
    const PostgresRows& reservations = rows[next++];
    for (int row = 0; row < reservations.size(); ++row) {
      reservations_[{std::string(reservations.Text(row, 0)), std::string(reservations.Text(row, 1))}] =
          reservations.Integer(row, 2) != 0 ? Holder::kThisServer : Holder::kAnotherServer;
    }
  }
  if (!records_.empty()) {
    const PostgresRows& found = rows[next++];
    for (int row = 0; row < found.size(); ++row) {
      const RecordRow stored{"", static_cast<uint64_t>(found.Integer(row, 1))};
      records_[std::string(found.Text(row, 0))] = {stored, stored};
    }
  }
  for (auto& [path, other] : other_children_) other = rows[next++].Integer(0, 0) != 0;
  TakePlaceReads(rows, next);
  return Status::Ok();
}

}  // namespace lifeboat::catalog
