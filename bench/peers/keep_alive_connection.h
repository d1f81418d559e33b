// KeepAliveConnection: one HTTP/1.1 connection used by one thread, one request after another, with as little
// work for a request as a load generator can do: it shares the machine with the servers it measures.
//
// Understands answers framed by Content-Length, by chunks, or empty by their status. Errors: kUnavailable
// when the server cannot be reached, kCommitStateUnknown when the connection ends before the answer is whole.
#ifndef LIFEBOAT_BENCH_PEERS_KEEP_ALIVE_CONNECTION_H_
#define LIFEBOAT_BENCH_PEERS_KEEP_ALIVE_CONNECTION_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace lifeboat::bench {

struct Answer {
  int status = 0;
  std::string body;
};

class KeepAliveConnection {
 public:
  KeepAliveConnection(std::string host, uint16_t port) : host_(std::move(host)), port_(port) {}
  KeepAliveConnection(const KeepAliveConnection&) = delete;
  KeepAliveConnection& operator=(const KeepAliveConnection&) = delete;
  ~KeepAliveConnection() { Close(); }

  // Sends one request and waits for its answer; connects first where there is no connection.
  Result<Answer> Exchange(std::string_view method, std::string_view target, std::string_view body);

 private:
  Status Connect();
  Status Write(std::string_view bytes);
  Status ReadMore();               // appends what has arrived to buffer_
  Result<std::string> TakeLine();  // without its CRLF
  Status TakeBytes(uint64_t count, std::string& out);
  Status TakeChunks(std::string& out);
  void Close();

  std::string host_;
  uint16_t port_;
  int socket_ = -1;
  std::string buffer_;  // received, not used yet
  std::string request_;
};

}  // namespace lifeboat::bench

#endif  // LIFEBOAT_BENCH_PEERS_KEEP_ALIVE_CONNECTION_H_
