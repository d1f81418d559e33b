// S3Storage: Storage on Amazon S3 and what speaks its protocol (MinIO, versitygw, Ceph, SeaweedFS, R2…), for
// locations "s3://bucket/key"; "s3a://" and "s3n://" are read as the same.
//
// Keys are taken literally, byte by byte. Objects larger than `single_put_max_bytes`, and what a writer
// collects beyond one part, go up as multipart uploads that are aborted unless committed. `if_absent` is S3's
// conditional write (If-None-Match: *), decided by the server. Every object here is durable,
// WriteOptions::durable has nothing to add. Calls block; failures that may pass (5xx, throttling, broken
// connections, truncated bodies) are repeated with exponential backoff and full jitter.
//
// Errors besides Storage's: kUnauthenticated (unknown key, wrong secret, expired token, clock off),
// kPermissionDenied (a policy forbids it), kNotFound naming the bucket when that is what is missing,
// kFailedPrecondition (bucket in another region). Messages carry the store's error code and request id, never
// keys or tokens.
//
// Source: Amazon S3 API Reference 2006-03-01.
#ifndef LIFEBOAT_STORAGE_S3_S3_STORAGE_H_
#define LIFEBOAT_STORAGE_S3_S3_STORAGE_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "storage/storage.h"

namespace lifeboat::storage::s3 {

struct S3Credentials {
  std::string access_key_id;  // empty: requests are not signed (public buckets)
  std::string secret_access_key;
  std::string session_token;
  int64_t expires_micros = 0;  // since the epoch; 0: never
};

// Yields current credentials. Called again shortly before they expire and once when the store says they have;
// must be thread-safe.
using CredentialsProvider = std::function<Result<S3Credentials>()>;
CredentialsProvider StaticCredentials(std::string access_key_id, std::string secret_access_key,
                                      std::string session_token = "");

struct RetryOptions {
  int max_attempts = 6;
  // The wait before attempt n+1 is uniform in [0, min(max_backoff, initial_backoff · 2ⁿ)), or what the
  // store's Retry-After asks for, up to max_backoff.
  std::chrono::milliseconds initial_backoff{100};
  std::chrono::milliseconds max_backoff{5'000};
};

struct S3Options {
  // "http://127.0.0.1:9000", "https://minio.example:9000/prefix"; empty: Amazon's endpoint of the region.
  std::string endpoint;
  std::string region = "us-east-1";
  // https://endpoint/bucket/key instead of https://bucket.endpoint/key. Most stores with an endpoint of their
  // own need it; a bucket with a dot in its name always gets it, since certificates do not cover it
  // otherwise.
  bool path_style = false;
  CredentialsProvider credentials;
  std::string ca_bundle_path;  // PEM; empty: the system's
  std::chrono::milliseconds connect_timeout{5'000};
  // A transfer slower than one byte a second for this long is given up and repeated.
  std::chrono::milliseconds stall_timeout{30'000};
  RetryOptions retry;
  // At least 5 MiB (S3's minimum). Grows by itself when an upload nears S3's limit of 10,000 parts.
  uint64_t part_size_bytes = 8 << 20;
  uint64_t single_put_max_bytes = 64 << 20;
  // Off: the signature leaves the body out, which saves a SHA-256 of it; only sensible with https.
  bool sign_payload = true;
  // The store keeps a SHA-256 of each object written in one piece, and whole reads are checked against it.
  // Off for stores that refuse x-amz-checksum-* headers.
  bool checksums = true;
  int max_idle_connections = 32;
  // Seams; the defaults are the machine's. `random` must be thread-safe or used by one thread.
  Clock* clock = &SystemClock();
  Random* random = &SystemRandom();
};

// kInvalidArgument names an option that makes no sense.
Result<std::unique_ptr<Storage>> MakeS3Storage(S3Options options);

}  // namespace lifeboat::storage::s3

#endif  // LIFEBOAT_STORAGE_S3_S3_STORAGE_H_
