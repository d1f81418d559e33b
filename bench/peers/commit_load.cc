// commit_load: commits to tables of any Iceberg REST catalog from N clients at once, each on a connection of
// its own, and prints as one JSON object how many were answered how, and how long they took.
//
//   commit_load --port 8181 --tables /v1/namespaces/bench/tables/t --first 0 --count 4 --clients 4 --seconds
//   6
//
// Client i commits to the table named by the path in --tables with the number first + i % count appended: as
// many tables as clients gives each its own, --count 1 makes all meet on one. A commit sets one property to a
// value it never had and requires nothing but the table's UUID, so that a catalog which checks requirements
// again instead of comparing pointers can accept it whatever the others did.
//
// With --append 1 a commit is an append instead, as an engine makes it: the table is loaded, a manifest and a
// manifest list are written, and the commit asserts the branch's head. Each is sent once: "success" is the
// share that was answered 200, and the times are those of the commits alone. Tables must be in local storage.
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "base/result.h"
#include "bench/peers/append_request.h"
#include "bench/peers/keep_alive_connection.h"

namespace lifeboat::bench {
namespace {

using Clock = std::chrono::steady_clock;

struct Options {
  std::string host = "127.0.0.1";
  uint16_t port = 0;
  std::string tables;  // path of a table without its number
  int first = 0;
  int count = 1;
  int clients = 1;
  double seconds = 5;
  int append = 0;
};

struct ClientReport {
  std::map<int, int64_t> answers;     // by status
  int64_t broken = 0;                 // no answer
  std::vector<int64_t> microseconds;  // of those answered 200
};

// The value of "table-uuid" in a loadTable answer.
Result<std::string> TableUuid(std::string_view body) {
  const std::string_view key = "\"table-uuid\"";
  const size_t found = body.find(key);
  const size_t begin = found == std::string_view::npos ? found : body.find('"', found + key.size());
  const size_t end = begin == std::string_view::npos ? begin : body.find('"', begin + 1);
  if (end == std::string_view::npos)
    return Status::InvalidArgument("the answer has no table-uuid: {}", body.substr(0, 200));
  return std::string(body.substr(begin + 1, end - begin - 1));
}

std::string SetPropertyRequest(std::string_view uuid, int client, int64_t number) {
  return fmt::format(R"({{"requirements":[{{"type":"assert-table-uuid","uuid":"{}"}}],)"
                     R"("updates":[{{"action":"set-properties","updates":{{"bench.client-{}":"{}"}}}}]}})",
                     uuid, client, number);
}

Result<std::string> AppendRequest(KeepAliveConnection& connection, const std::string& target, int client,
                                  int64_t number) {
  LIFEBOAT_ASSIGN_OR_RETURN(const Answer answer, connection.Exchange("GET", target + "?snapshots=refs", ""));
  if (answer.status != 200) return Status::NotFound("GET {}: {}", target, answer.status);
  return PrepareAppend(answer.body, fmt::format("client-{}-{}.parquet", client, number));
}

void CommitUntil(const Options& options, int client, std::string_view uuid, Clock::time_point end,
                 ClientReport& report) {
  KeepAliveConnection connection(options.host, options.port);
  const std::string target = fmt::format("{}{}", options.tables, options.first + client % options.count);
  for (int64_t number = 0; Clock::now() < end; ++number) {
    const Result<std::string> body = options.append != 0 ? AppendRequest(connection, target, client, number)
                                                         : SetPropertyRequest(uuid, client, number);
    const Clock::time_point begin = Clock::now();
    const Result<Answer> answer = body.ok() ? connection.Exchange("POST", target, *body) : body.status();
    if (!answer.ok()) {
      fmt::print(stderr, "commit_load: client {}: {}\n", client, answer.status().ToString());
      ++report.broken;
      return;
    }
    ++report.answers[answer->status];
    if (answer->status == 200) {
      report.microseconds.push_back(
          std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - begin).count());
    }
  }
}

void Print(const std::vector<ClientReport>& reports, double seconds) {
  std::map<int, int64_t> answers;
  std::vector<int64_t> all;
  int64_t broken = 0, sent = 0;
  for (const ClientReport& report : reports) {
    for (const auto& [status, count] : report.answers) answers[status] += count, sent += count;
    all.insert(all.end(), report.microseconds.begin(), report.microseconds.end());
    broken += report.broken;
  }
  std::sort(all.begin(), all.end());
  const auto percentile_ms = [&all](double share) {
    return all.empty()
               ? 0.0
               : static_cast<double>(all[static_cast<size_t>(share * static_cast<double>(all.size() - 1))]) /
                     1000;
  };
  std::string by_status;
  for (const auto& [status, count] : answers) {
    by_status += fmt::format("{}\"{}\":{}", by_status.empty() ? "" : ",", status, count);
  }
  fmt::print(
      R"({{"per_second":{:.1f},"p50_ms":{:.3f},"p99_ms":{:.3f},"max_ms":{:.3f},"seconds":{:.3f},"success":{:.4f},"broken":{},"answers":{{{}}}}})"
      "\n",
      static_cast<double>(all.size()) / seconds, percentile_ms(0.5), percentile_ms(0.99), percentile_ms(1),
      seconds, sent == 0 ? 0.0 : static_cast<double>(all.size()) / static_cast<double>(sent), broken,
      by_status);
}

Status Run(const Options& options) {
  std::vector<std::string> uuids;
  KeepAliveConnection connection(options.host, options.port);
  for (int i = 0; i < options.count; ++i) {
    const std::string target = fmt::format("{}{}", options.tables, options.first + i);
    LIFEBOAT_ASSIGN_OR_RETURN(const Answer answer, connection.Exchange("GET", target, ""));
    if (answer.status != 200)
      return Status::NotFound("GET {}: {} {}", target, answer.status, answer.body.substr(0, 200));
    LIFEBOAT_ASSIGN_OR_RETURN(uuids.emplace_back(), TableUuid(answer.body));
  }
  std::vector<ClientReport> reports(static_cast<size_t>(options.clients));
  std::vector<std::thread> threads;
  const Clock::time_point begin = Clock::now();
  const Clock::time_point end =
      begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(options.seconds));
  for (int i = 0; i < options.clients; ++i) {
    threads.emplace_back(CommitUntil, std::cref(options), i,
                         std::string_view(uuids[static_cast<size_t>(i % options.count)]), end,
                         std::ref(reports[static_cast<size_t>(i)]));
  }
  for (std::thread& thread : threads) thread.join();
  Print(reports, std::chrono::duration<double>(Clock::now() - begin).count());
  return Status::Ok();
}

Result<Options> ParseOptions(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view name = argv[i];
    const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    const auto number = [&value](auto& out) {
      return std::from_chars(value.data(), value.data() + value.size(), out).ec == std::errc();
    };
    bool good = true;
    if (name == "--host")
      options.host = value;
    else if (name == "--tables")
      options.tables = value;
    else if (name == "--port")
      good = number(options.port);
    else if (name == "--first")
      good = number(options.first);
    else if (name == "--count")
      good = number(options.count) && options.count > 0;
    else if (name == "--clients")
      good = number(options.clients) && options.clients > 0;
    else if (name == "--seconds")
      good = number(options.seconds);
    else if (name == "--append")
      good = number(options.append);
    else
      return Status::InvalidArgument("unknown argument '{}'", name);
    if (!good) return Status::InvalidArgument("{} cannot be '{}'", name, value);
  }
  if (options.port == 0 || options.tables.empty()) return Status::InvalidArgument("give --port and --tables");
  return options;
}

}  // namespace
}  // namespace lifeboat::bench

int main(int argc, char** argv) {
  const auto options = lifeboat::bench::ParseOptions(argc, argv);
  const lifeboat::Status status = options.ok() ? lifeboat::bench::Run(*options) : options.status();
  if (status.ok()) return 0;
  fmt::print(stderr, "commit_load: {}\n", status.ToString());
  return 1;
}
