// The conformance suite on real S3 servers: those that LIFEBOAT_TEST_MINIO and LIFEBOAT_TEST_VERSITYGW name.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <map>

#include "base/testing.h"
#include "storage/s3/s3_client.h"
#include "storage/s3/s3_storage.h"
#include "tests/conformance/storage_conformance.h"
#include "tests/support/s3_server.h"

namespace lifeboat::storage::s3 {
namespace {

using Kind = lifeboat::testing::S3Server::Kind;
using lifeboat::testing::S3Server;

const char* ProgramOf(Kind kind) {
  const char* program = ::getenv(kind == Kind::kMinio ? "LIFEBOAT_TEST_MINIO" : "LIFEBOAT_TEST_VERSITYGW");
  return program != nullptr && *program != '\0' ? program : nullptr;
}

S3Options OptionsFor(const S3Server& server) {
  S3Options options;
  options.endpoint = server.endpoint();
  options.path_style = true;
  options.credentials = StaticCredentials(S3Server::kAccessKeyId, S3Server::kSecretAccessKey);
  options.part_size_bytes = 5 << 20;
  return options;
}

// One server a kind for the whole run, with a bucket "lake".
S3Server& ServerOf(Kind kind) {
  static std::map<Kind, std::unique_ptr<S3Server>> servers;
  std::unique_ptr<S3Server>& server = servers[kind];
  if (server == nullptr) {
    server = std::make_unique<S3Server>(kind, ProgramOf(kind));
    S3Options options = OptionsFor(*server);
    options.retry = {.max_attempts = 300, .max_backoff = std::chrono::milliseconds(200)};  // until it is up
    auto client = S3Client::Make(options, MakeCurlTransport({}));
    S3Call call;
    call.method = "PUT";
    call.target = {"s3", "lake", ""};
    call.action = "create";
    const Status created = (*client)->Do(call).status();
    LIFEBOAT_CHECK(created.ok(), created.ToString());
  }
  return *server;
}

std::unique_ptr<Storage> OpenOn(Kind kind) {
  return MakeS3Storage(OptionsFor(ServerOf(kind))).value();
}

std::string NewRoot() {
  static int number = 0;
  return fmt::format("s3://lake/root ä+{}", ++number);
}

std::vector<Kind> Kinds() {
  std::vector<Kind> kinds;
  for (const Kind kind : {Kind::kMinio, Kind::kVersitygw}) {
    if (ProgramOf(kind) != nullptr) kinds.push_back(kind);
  }
  return kinds;
}

std::vector<StorageUnderTest> StoragesUnderTest() {
  std::vector<StorageUnderTest> storages;
  for (const Kind kind : Kinds()) {
    storages.push_back({.open = [kind] { return OpenOn(kind); },
                        .make_root = NewRoot,
                        .remove_root = [](const std::string&) {},
                        // versitygw keeps objects as plain files.
                        .object_may_be_prefix_of_another = kind == Kind::kMinio});
  }
  return storages;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(S3ServerTest);
INSTANTIATE_TEST_SUITE_P(S3, StorageConformanceTest, ::testing::ValuesIn(StoragesUnderTest()));

class S3ServerTest : public ::testing::TestWithParam<Kind> {};
INSTANTIATE_TEST_SUITE_P(S3, S3ServerTest, ::testing::ValuesIn(Kinds()));

TEST_P(S3ServerTest, LargeObjectsGoUpInPartsAndAppearWhole) {
  const std::unique_ptr<Storage> storage = OpenOn(GetParam());
  const std::string location = NewRoot() + "/large";
  std::string expected;
  ASSERT_OK_AND_ASSIGN(auto writer, storage->OpenWriter(location, {.if_absent = true}));
  for (int i = 0; i < 12; ++i) {
    const std::string piece((1 << 20) + i, static_cast<char>('a' + i));
    ASSERT_OK(writer->Append(piece));
    expected += piece;
  }
  EXPECT_STATUS(StatusCode::kNotFound, storage->Stat(location));
  ASSERT_OK(writer->Commit());
  ASSERT_OK_AND_ASSIGN(const std::string read, storage->Read(location));
  EXPECT_TRUE(read == expected);
  ASSERT_OK_AND_ASSIGN(writer, storage->OpenWriter(location, {.if_absent = true}));
  ASSERT_OK(writer->Append(expected));
  EXPECT_STATUS(StatusCode::kAlreadyExists, writer->Commit());
}

TEST_P(S3ServerTest, ListsMoreThanOnePageInOrder) {
  const std::unique_ptr<Storage> storage = OpenOn(GetParam());
  const std::string root = NewRoot();
  for (int i = 0; i < 1005; ++i) ASSERT_OK(storage->Write(fmt::format("{}/{:05}", root, i), "x", {}));
  int seen = 0;
  ASSERT_OK(storage->List(root + "/", [&](const ObjectInfo& object) {
    EXPECT_EQ(object.location, fmt::format("{}/{:05}", root, seen++));
    return Status::Ok();
  }));
  EXPECT_EQ(seen, 1005);
}

TEST_P(S3ServerTest, WrongSecretsAndMissingBucketsAreNamed) {
  S3Options options = OptionsFor(ServerOf(GetParam()));
  options.credentials = StaticCredentials(S3Server::kAccessKeyId, "wrong-secret");
  const auto stranger = MakeS3Storage(options).value();
  const Status refused = stranger->Stat("s3://lake/a").status();
  EXPECT_EQ(refused.code(), StatusCode::kUnauthenticated) << refused.ToString();
  EXPECT_EQ(refused.message().find("wrong-secret"), std::string::npos);
  const Status missing = OpenOn(GetParam())->Write("s3://no-such-bucket/a", "x");
  EXPECT_EQ(missing.code(), StatusCode::kNotFound) << missing.ToString();
  EXPECT_NE(missing.message().find("bucket"), std::string::npos);
}

}  // namespace
}  // namespace lifeboat::storage::s3
