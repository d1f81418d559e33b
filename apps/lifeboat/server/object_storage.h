// Object storage of a process: local files always, and one S3 store when it is told of one.
//
// Settings come from a configuration section, from a deployment, or from the environment as AWS tools read
// it. The secret is never among them: it is read, each time credentials are needed, from a file in the format
// of ~/.aws/credentials, or from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN.
#ifndef LIFEBOAT_SERVER_OBJECT_STORAGE_H_
#define LIFEBOAT_SERVER_OBJECT_STORAGE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/config.h"
#include "base/result.h"
#include "storage/s3/s3_storage.h"
#include "storage/storage.h"

namespace lifeboat::app {

struct S3Settings {
  std::string endpoint;  // empty: Amazon's of the region
  std::string region = "us-east-1";
  bool path_style = false;
  std::string credentials_file;  // empty: the environment
  std::string profile = "default";
  std::string ca_file;  // PEM; empty: the system's
};

// The section's table "s3": endpoint, region, path_style (default: true with an endpoint), credentials_file,
// profile, ca_file. Nothing when there is no such table.
Result<std::optional<S3Settings>> ReadS3Settings(const ConfigTable& section);
// From AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL, AWS_REGION or AWS_DEFAULT_REGION, AWS_CA_BUNDLE; nothing
// without AWS_ACCESS_KEY_ID.
std::optional<S3Settings> S3SettingsFromEnvironment();

// kUnauthenticated, naming the variables, when they are not there.
Result<storage::s3::S3Credentials> S3CredentialsFromEnvironment();
storage::s3::CredentialsProvider S3CredentialsOf(const S3Settings& settings);
// One profile of a credentials file; `path` names it in errors.
Result<storage::s3::S3Credentials> ParseS3Credentials(std::string_view text, std::string_view profile,
                                                      const std::string& path);

// The text of a credentials file with one profile, "default".
std::string FormatS3Credentials(const storage::s3::S3Credentials& credentials);

// A router for file:// and, with settings, for s3://, s3a:// and s3n://.
Result<std::shared_ptr<storage::Storage>> OpenObjectStorage(const std::optional<S3Settings>& s3);

}  // namespace lifeboat::app

#endif  // LIFEBOAT_SERVER_OBJECT_STORAGE_H_
