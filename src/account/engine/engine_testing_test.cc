#include "account/engine/engine_testing.h"

namespace lifeboat::account::testing {

CatalogFactory MemoryCatalog::factory() {
  return [this](const CatalogConnection&) -> Result<std::unique_ptr<catalog::Catalog>> {
    return std::unique_ptr<catalog::Catalog>(std::make_unique<MemoryCatalogClient>(*this));
  };
}

Status MemoryCatalogClient::Up() const {
  return shared_.is_down ? Status::Unavailable("the catalog is down") : Status::Ok();
}

Result<std::vector<catalog::Namespace>> MemoryCatalogClient::ListNamespaces(
    const catalog::Namespace& parent) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  MutexLock lock(shared_.mutex);
  std::vector<catalog::Namespace> children;
  for (const catalog::Namespace& name_space : shared_.namespaces) {
    const bool below = name_space.size() == parent.size() + 1 &&
                       std::equal(parent.begin(), parent.end(), name_space.begin());
    if (below) children.push_back(name_space);
  }
  return children;
}

Status MemoryCatalogClient::CreateNamespace(const catalog::Namespace& name_space,
                                            const catalog::Properties&) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  MutexLock lock(shared_.mutex);
  shared_.namespaces.insert(name_space);
  return Status::Ok();
}

Result<catalog::Properties> MemoryCatalogClient::LoadNamespace(const catalog::Namespace&) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  return catalog::Properties();
}

Status MemoryCatalogClient::DropNamespace(const catalog::Namespace& name_space) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  MutexLock lock(shared_.mutex);
  shared_.namespaces.erase(name_space);
  return Status::Ok();
}

Result<std::vector<catalog::TableIdentifier>> MemoryCatalogClient::ListTables(
    const catalog::Namespace& name_space) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  MutexLock lock(shared_.mutex);
  std::vector<catalog::TableIdentifier> tables;
  for (const auto& [identifier, table] : shared_.tables) {
    if (identifier.name_space == name_space) tables.push_back(identifier);
  }
  return tables;
}

Result<catalog::LoadedTable> MemoryCatalogClient::CreateTable(const catalog::Namespace& name_space,
                                                              const catalog::CreateTableRequest& request) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  iceberg::NewTable table;
  table.schema = request.schema;
  if (request.partition_spec) table.spec = *request.partition_spec;
  table.location = shared_.root() + "/" + name_space[0] + "/" + request.name;
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::TableMetadata metadata, iceberg::NewTableMetadata(table));
  catalog::LoadedTable loaded;
  loaded.metadata_location = iceberg::NewMetadataLocation(metadata, "");
  loaded.metadata = std::make_shared<const iceberg::TableMetadata>(std::move(metadata));
  MutexLock lock(shared_.mutex);
  shared_.namespaces.insert(name_space);
  shared_.tables[{name_space, request.name}] = loaded;
  return loaded;
}

Result<catalog::LoadedTable> MemoryCatalogClient::LoadTable(const catalog::TableIdentifier& identifier) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  ++shared_.loads;
  MutexLock lock(shared_.mutex);
  const auto found = shared_.tables.find(identifier);
  if (found == shared_.tables.end()) {
    return Status::NotFound("table {} does not exist", catalog::ToString(identifier));
  }
  return found->second;
}

Result<bool> MemoryCatalogClient::TableExists(const catalog::TableIdentifier& identifier) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  MutexLock lock(shared_.mutex);
  return shared_.tables.contains(identifier);
}

Status MemoryCatalogClient::DropTable(const catalog::TableIdentifier& identifier, bool) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  MutexLock lock(shared_.mutex);
  shared_.tables.erase(identifier);
  return Status::Ok();
}

Result<catalog::LoadedTable> MemoryCatalogClient::CommitTable(
    const catalog::TableIdentifier& identifier, const std::vector<iceberg::TableRequirement>& requirements,
    const std::vector<iceberg::TableUpdate>& updates) {
  LIFEBOAT_RETURN_IF_ERROR(Up());
  MutexLock lock(shared_.mutex);
  catalog::LoadedTable& table = shared_.tables.at(identifier);
  LIFEBOAT_RETURN_IF_ERROR(iceberg::CheckRequirements(table.metadata.get(), requirements));
  LIFEBOAT_ASSIGN_OR_RETURN(iceberg::TableMetadata metadata,
                            iceberg::ApplyUpdates(table.metadata.get(), updates));
  table.metadata_location = iceberg::NewMetadataLocation(metadata, table.metadata_location);
  table.metadata = std::make_shared<const iceberg::TableMetadata>(std::move(metadata));
  return table;
}

iceberg::Field MakeField(int32_t id, std::string name, iceberg::TypeId type, bool required) {
  iceberg::Field field;
  field.id = id;
  field.name = std::move(name);
  field.type = iceberg::Type::Primitive(type);
  field.required = required;
  return field;
}

void AccountTest::SetUp() {
  OpenAccount();
}

void AccountTest::OpenAccount() {
  session_.reset();
  service_.reset();
  EmbeddedAccountOptions options;
  options.dir = dir_.path() + "/account";
  options.account = "PRIMARY";
  options.admin_password = "secret";
  options.storage = storage_;
  options.catalog_factory = catalog_.factory();
  options.clock = &clock_;
  options.strict = strict_;
  auto opened = EmbeddedAccount::Open(std::move(options));
  ASSERT_TRUE(opened.ok()) << opened.status().ToString();
  service_ = std::move(*opened);
  session_ = LoginAs("admin", "secret");
  ASSERT_NE(session_, nullptr);
}

void AccountTest::CreateIcebergTable(const std::string& name, std::vector<iceberg::Field> fields,
                                     const std::string& partition_by) {
  MemoryCatalogClient client(catalog_);
  catalog::CreateTableRequest request;
  request.name = name;
  request.schema.fields = std::move(fields);
  if (!partition_by.empty()) {
    iceberg::PartitionField field;
    field.source_id = request.schema.FindField(partition_by)->id;
    field.name = partition_by;
    request.partition_spec.emplace();
    request.partition_spec->fields.push_back(field);
  }
  ASSERT_OK(client.CreateTable({"ads"}, request));
}

void AccountTest::AppendRows(const std::string& name, int64_t first, int64_t count, FunctionSource::Set set) {
  MemoryCatalogClient client(catalog_);
  ASSERT_OK_AND_ASSIGN(const catalog::LoadedTable table, client.LoadTable({{"ads"}, name}));
  ParquetWriteOptions options;
  options.schema = table.metadata->schema();
  options.partition_spec = table.metadata->spec();
  options.data_location = iceberg::DataLocation(*table.metadata);
  std::vector<std::unique_ptr<RowSource>> sources;
  sources.push_back(std::make_unique<FunctionSource>(first, count, std::move(set)));
  ASSERT_OK_AND_ASSIGN(const std::vector<iceberg::DataFile> files,
                       WriteParquet(storage_, options, std::move(sources)));
  ASSERT_OK_AND_ASSIGN(const iceberg::PreparedAppend append,
                       iceberg::AppendFiles(*storage_, *table.metadata, files));
  ASSERT_OK(client.CommitTable({{"ads"}, name}, append.requirements, append.updates));
}

void AccountTest::Link() {
  Ok("CREATE CATALOG INTEGRATION cat CATALOG_SOURCE = ICEBERG_REST TABLE_FORMAT = ICEBERG "
     "REST_CONFIG = (CATALOG_URI = 'http://catalog') REST_AUTHENTICATION = (TYPE = NONE) ENABLED = TRUE");
  Ok("CREATE DATABASE lake LINKED_CATALOG = (CATALOG = 'CAT')");
}

Result<QueryResult> AccountTest::Run(Session& session, const std::string& sql) {
  StatementRequest request;
  request.query_id = "query-" + std::to_string(++next_query_);
  request.sql = sql;
  return session.Execute(request);
}

QueryResult AccountTest::Ok(Session& session, const std::string& sql) {
  Result<QueryResult> result = Run(session, sql);
  EXPECT_TRUE(result.ok()) << sql << "\n" << result.status().ToString();
  return result.ok() ? std::move(*result) : QueryResult();
}

std::string AccountTest::Rows(Session& session, const std::string& sql) {
  const Result<QueryResult> result = Run(session, sql);
  if (!result.ok()) return result.status().ToString();
  std::string text;
  for (size_t r = 0; r < result->rows.size(); ++r) {
    if (r > 0) text += ';';
    for (size_t c = 0; c < result->rows[r].size(); ++c) {
      if (c > 0) text += '|';
      text += result->rows[r][c].value_or("~");
    }
  }
  return text;
}

std::string AccountTest::Code(Session& session, const std::string& sql) {
  const Result<QueryResult> result = Run(session, sql);
  if (result.ok()) return "ok";
  const auto* detail = result.status().detail<sql::SqlError>();
  return detail == nullptr ? result.status().ToString() : detail->code;
}

std::shared_ptr<Session> AccountTest::LoginAs(const std::string& user, const std::string& password) {
  LoginRequest request;
  request.user = user;
  request.password = password;
  Result<std::shared_ptr<Session>> session = service_->Login(request);
  EXPECT_TRUE(session.ok()) << session.status().ToString();
  return session.ok() ? *session : nullptr;
}

}  // namespace lifeboat::account::testing
