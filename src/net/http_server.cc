// The one file that includes Boost.Beast and Boost.Asio: they take seconds to compile.
//
// Ownership: the server owns its workers; a worker is one thread with its own io_context and the connections
// it serves, all of which are touched on that thread only — but for the answer to a request that has the
// worker to itself, given on another thread: that thread puts it into the socket, under Connection::gate_,
// and need not even wake the worker, which the client's next move will do. Several requests are better
// answered by the worker, together: answers that leave one by one come back one by one. A Responder may
// outlive the server, so it keeps its connection, and the connection its worker, alive; Worker::Post is the
// gate that turns late answers away.
#include "net/http_server.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>
#include <optional>
#include <thread>
#include <unordered_set>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/mutex.h"
#include "net/response_head.h"

namespace lifeboat::net {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

constexpr size_t kHeadReadBytes = 4 * 1024;
constexpr size_t kBodyReadBytes = 64 * 1024;
// What a declared Content-Length may make the server allocate before the bytes are there.
constexpr uint64_t kMaxBodyReserveBytes = 1024 * 1024;
// How long a connection that must be closed is still read, so that the client sees the answer instead of a
// reset.
constexpr std::chrono::milliseconds kLingerTimeout{2'000};

int64_t DeadlineAfter(std::chrono::milliseconds duration) {
  return SystemClock().MonotonicMicros() + std::chrono::microseconds(duration).count();
}

// Parses one request straight into an HttpRequest.
class RequestParser final : public http::basic_parser<true> {
 public:
  explicit RequestParser(const HttpServerOptions& options) {
    header_limit(static_cast<uint32_t>(options.max_header_bytes));
    body_limit(options.max_body_bytes);
    eager(false);  // stop after the header, for `Expect: 100-continue`
  }
  HttpRequest& request() { return request_; }
  int version() const { return version_; }

 private:
  void on_request_impl(http::verb, boost::beast::string_view method, boost::beast::string_view target,
                       int version, ErrorCode&) override {
    request_.method.assign(method.data(), method.size());
    request_.target.assign(target.data(), target.size());
    version_ = version;
  }
  void on_response_impl(int, boost::beast::string_view, int, ErrorCode&) override {}
  void on_field_impl(http::field, boost::beast::string_view name, boost::beast::string_view value,
                     ErrorCode&) override {
    // Trailers come through here too; they must not pass for headers that were checked.
    if (!header_complete_) request_.headers.Add({name.data(), name.size()}, {value.data(), value.size()});
  }
  void on_header_impl(ErrorCode&) override { header_complete_ = true; }
  void on_body_init_impl(const boost::optional<uint64_t>& length, ErrorCode&) override {
    if (length) request_.body.reserve(std::min(*length, kMaxBodyReserveBytes));
  }
  size_t on_body_impl(boost::beast::string_view body, ErrorCode&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_chunk_header_impl(uint64_t, boost::beast::string_view, ErrorCode&) override {}
  size_t on_chunk_body_impl(uint64_t, boost::beast::string_view body, ErrorCode&) override {
    request_.body.append(body.data(), body.size());
    return body.size();
  }
  void on_finish_impl(ErrorCode&) override {}

  HttpRequest request_;
  int version_ = 11;
  bool header_complete_ = false;
};

// What is wrong with a request whose header has been read, as a message for the client; "" when nothing is.
std::string_view HeaderProblem(const HttpRequest& request, int version) {
  if (version != 10 && version != 11) return "this server speaks HTTP/1.1";
  if (version == 11 && !request.headers.Has("Host")) return "the Host header is missing";
  // Another coding than plain chunked leaves the end of the body undefined, which is how requests are
  // smuggled.
  if (request.headers.Has("Transfer-Encoding") &&
      !EqualsIgnoringCase(request.headers.Get("Transfer-Encoding"), "chunked")) {
    return "Transfer-Encoding must be chunked";
  }
  return "";
}

// "http://host/path" → "/path": clients that think they talk to a proxy send the whole URL.
void DropAuthority(std::string& target) {
  if (target.starts_with('/') || !target.starts_with("http://")) return;
  const size_t path = target.find('/', 7);
  target = path == std::string::npos ? "/" : target.substr(path);
}

struct ServerState {
  HttpServerOptions options;
  HttpHandler handler;
  std::atomic<int> connections = 0;
  Mutex mutex;
  CondVar all_closed;  // connections went to 0
};

class Connection;

class Worker : public std::enable_shared_from_this<Worker> {
 public:
  explicit Worker(std::shared_ptr<ServerState> shared_state)
      : state(std::move(shared_state)), sweep_timer_(io) {}

  void Run() {
    Sweep();
    io.run();
  }
  // Runs `work` on this worker's thread; drops it once the server has stopped.
  template <typename Work>
  void Post(Work work) EXCLUDES_LOCK(gate_) {
    MutexLock lock(gate_);
    if (!closed_) asio::post(io, std::move(work));
  }
  void CloseGate() EXCLUDES_LOCK(gate_) {
    MutexLock lock(gate_);
    closed_ = true;
  }

  // All of the following run on the worker's thread.
  void Serve(tcp::socket socket);
  void Forget(const std::shared_ptr<Connection>& connection);
  void BeginStop();  // idle connections close now, busy ones after their answer
  void CloseAll();
  std::string_view Date();

  const std::shared_ptr<ServerState> state;
  asio::io_context io{1};
  std::atomic<bool> stopping = false;
  std::atomic<int> handling = 0;  // requests that wait for their answers

 private:
  void Sweep();

  asio::steady_timer sweep_timer_;
  std::unordered_set<std::shared_ptr<Connection>> connections_;
  int64_t date_second_ = -1;
  std::string date_;
  Mutex gate_;
  bool closed_ GUARDED_BY(gate_) = false;
};

// One client's connection: reads a request, hands it to the handler, writes the answer, and so on.
class Connection final : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, std::shared_ptr<Worker> worker)
      : worker_(std::move(worker)), options_(worker_->state->options), socket_(std::move(socket)) {}

  Worker& worker() { return *worker_; }
  // An answer that no handler gave.
  HttpResponse OwnAnswer(int status, std::string_view message) const;
  bool client_gone() const { return client_gone_.load(std::memory_order_relaxed); }

  void Start();
  // Answers that it has no room and closes.
  void Refuse();
  void Respond(HttpResponse response);
  // The same on another thread. The client need not wait until the worker has woken up.
  void RespondHere(HttpResponse response) EXCLUDES_LOCK(gate_);
  void BeginStop();
  void CheckDeadline(int64_t now_micros);
  void Close() EXCLUDES_LOCK(gate_);

 private:
  enum class Phase { kIdle, kReading, kHandling, kWriting, kLingering, kClosed };

  void Enter(Phase phase, std::chrono::milliseconds timeout);
  void Read();
  void OnRead(ErrorCode error, size_t count);
  void Process();
  bool CheckHeader();
  void SendContinue();
  void FailParse(ErrorCode error);
  void Fail(int status, std::string_view message);
  void Dispatch();
  void WatchForClose() EXCLUDES_LOCK(gate_);
  void OnReadable() EXCLUDES_LOCK(gate_);
  // Goes on with what an answer given elsewhere has left to do, if there is one.
  void TakeUpAnswer() EXCLUDES_LOCK(gate_);
  void Prepare(HttpResponse response, std::string_view date);
  void Write();
  void WriteNow() REQUIRES_LOCK(gate_);
  void OnWrite(ErrorCode error, size_t count);
  void WriteRestOrGoOn();
  void Linger();
  ssize_t PeekByte();

  const std::shared_ptr<Worker> worker_;
  const HttpServerOptions& options_;
  tcp::socket socket_;
  std::string peer_;
  Phase phase_ = Phase::kIdle;
  int64_t deadline_micros_ = 0;  // 0: none

  boost::beast::flat_buffer buffer_;  // read but not yet parsed
  std::optional<RequestParser> parser_;
  bool header_checked_ = false;
  bool request_read_ = false;  // the one being answered, to its end
  bool keep_alive_ = true;
  bool http_1_0_ = false;
  bool answers_head_ = false;
  bool watching_ = false;
  std::atomic<bool> client_gone_ = false;

  // While a handler is at work, these and the flags above are for the thread that answers.
  std::string head_;
  HttpResponse response_;  // being written
  std::string_view body_;  // of response_
  size_t written_ = 0;     // of head_ and body_ together

  Mutex gate_;  // held to close the socket, and to use it on another thread
  bool closed_ GUARDED_BY(gate_) = false;
  bool answered_ GUARDED_BY(gate_) = false;  // elsewhere, and not taken up yet
  // Whatever the client does next wakes the worker: an answer that has been sent can wait for that.
  bool wakes_by_itself_ GUARDED_BY(gate_) = false;
};

class Exchange final : public Responder::Impl {
 public:
  explicit Exchange(std::shared_ptr<Connection> connection) : connection_(std::move(connection)) {
    ++connection_->worker().handling;
  }
  ~Exchange() override { Send(connection_->OwnAnswer(500, "the server gave no answer")); }

  void Send(HttpResponse response) override {
    if (sent_.exchange(true)) return;
    Worker& worker = connection_->worker();
    const bool alone = worker.handling.fetch_sub(1) == 1;
    if (worker.io.get_executor().running_in_this_thread()) {
      connection_->Respond(std::move(response));
    } else if (alone) {
      connection_->RespondHere(std::move(response));
    } else {
      worker.Post([connection = connection_, answer = std::move(response)]() mutable {
        connection->Respond(std::move(answer));
      });
    }
  }
  bool ClientGone() const override { return connection_->client_gone(); }

 private:
  const std::shared_ptr<Connection> connection_;
  std::atomic<bool> sent_ = false;
};

void Connection::Start() {
  ErrorCode ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  ErrorCode error;
  const tcp::endpoint remote = socket_.remote_endpoint(error);
  if (error) return Close();
  std::string host = remote.address().to_string();
  if (remote.address().is_v6()) host = fmt::format("[{}]", host);
  peer_ = fmt::format("{}:{}", host, remote.port());
  Enter(Phase::kIdle, options_.idle_timeout);
  Read();
}

void Connection::Refuse() {
  phase_ = Phase::kHandling;
  keep_alive_ = false;
  HttpResponse response = OwnAnswer(503, "too many connections; try again");
  response.headers.Set("Retry-After", "1");
  Respond(std::move(response));
}

void Connection::Enter(Phase phase, std::chrono::milliseconds timeout) {
  phase_ = phase;
  deadline_micros_ = DeadlineAfter(timeout);
}

void Connection::Read() {
  const size_t want = header_checked_ ? kBodyReadBytes : kHeadReadBytes;
  socket_.async_read_some(buffer_.prepare(want), [self = shared_from_this()](ErrorCode error, size_t count) {
    self->OnRead(error, count);
  });
}

void Connection::OnRead(ErrorCode error, size_t count) {
  if (phase_ != Phase::kIdle && phase_ != Phase::kReading) return;  // answered or closed meanwhile
  if (error) return Close();
  buffer_.commit(count);
  if (phase_ == Phase::kIdle) Enter(Phase::kReading, options_.read_timeout);
  Process();
}

// Parses what has been read; ends with a read, an answer or a call of the handler under way.
void Connection::Process() {
  if (!parser_) {
    // Some clients end a body with a line break that is not part of it (RFC 9112 section 2.2).
    auto bytes = static_cast<const char*>(buffer_.data().data());
    while (buffer_.size() > 0 && (*bytes == '\r' || *bytes == '\n')) {
      buffer_.consume(1);
      ++bytes;
    }
    if (buffer_.size() == 0) return Read();
    parser_.emplace(options_);
    header_checked_ = false;
    http_1_0_ = false;
    answers_head_ = false;
  }
  for (;;) {
    ErrorCode error;
    buffer_.consume(parser_->put(buffer_.data(), error));
    if (error && error != http::error::need_more) return FailParse(error);
    if (parser_->is_header_done() && !header_checked_) {
      if (!CheckHeader()) return;
      if (!parser_->is_done() && buffer_.size() == 0 &&
          EqualsIgnoringCase(parser_->request().headers.Get("Expect"), "100-continue")) {
        return SendContinue();
      }
    }
    if (parser_->is_done()) break;
    if (buffer_.size() == 0 || error == http::error::need_more) {
      // What cannot be parsed for want of more is a header, a chunk's header or trailers.
      if (buffer_.size() > options_.max_header_bytes)
        return Fail(431, "the chunk header or trailer is too large");
      return Read();
    }
  }
  Dispatch();
}

bool Connection::CheckHeader() {
  header_checked_ = true;
  parser_->eager(true);
  HttpRequest& request = parser_->request();
  http_1_0_ = parser_->version() == 10;
  keep_alive_ = parser_->keep_alive();
  answers_head_ = request.method == "HEAD";
  const std::string_view problem = HeaderProblem(request, parser_->version());
  if (!problem.empty()) {
    Fail(400, problem);
    return false;
  }
  if (request.headers.Has("Expect") && !EqualsIgnoringCase(request.headers.Get("Expect"), "100-continue")) {
    Fail(417, "the only expectation this server meets is 100-continue");
    return false;
  }
  DropAuthority(request.target);
  request.peer = peer_;
  return true;
}

void Connection::SendContinue() {
  static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
  asio::async_write(socket_, asio::buffer(kContinue), [self = shared_from_this()](ErrorCode error, size_t) {
    if (self->phase_ != Phase::kReading) return;
    if (error) return self->Close();
    self->Read();
  });
}

void Connection::FailParse(ErrorCode error) {
  if (error == http::error::header_limit) {
    return Fail(431, fmt::format("the request header exceeds {} bytes", options_.max_header_bytes));
  }
  if (error == http::error::body_limit) {
    return Fail(413, fmt::format("the request body exceeds {} bytes", options_.max_body_bytes));
  }
  Fail(400, fmt::format("not an HTTP request this server can read: {}", error.message()));
}

void Connection::Fail(int status, std::string_view message) {
  keep_alive_ = false;
  request_read_ = false;
  phase_ = Phase::kHandling;
  Respond(OwnAnswer(status, message));
}

HttpResponse Connection::OwnAnswer(int status, std::string_view message) const {
  if (options_.own_answer) return options_.own_answer(status, message);
  return HttpResponse::Text(status, fmt::format("{}\n", message));
}

void Connection::Dispatch() {
  phase_ = Phase::kHandling;
  deadline_micros_ = 0;
  request_read_ = true;
  HttpRequest request = std::move(parser_->request());
  parser_.reset();
  header_checked_ = false;
  worker_->state->handler(std::move(request), Responder(std::make_shared<Exchange>(shared_from_this())));
  if (phase_ == Phase::kHandling) WatchForClose();
}

// While the handler's answer is awaited nothing is read; a readable socket means further requests or the end.
void Connection::WatchForClose() {
  {
    MutexLock lock(gate_);
    wakes_by_itself_ = buffer_.size() == 0;  // otherwise the next request is here already
  }
  if (watching_) return;
  watching_ = true;
  socket_.async_wait(tcp::socket::wait_read, [self = shared_from_this()](ErrorCode error) {
    self->watching_ = false;
    if (!error) self->OnReadable();
  });
}

void Connection::OnReadable() {
  {
    MutexLock lock(gate_);
    wakes_by_itself_ = false;
  }
  TakeUpAnswer();
  if (phase_ != Phase::kHandling) return;
  const ssize_t count = PeekByte();
  if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) client_gone_ = true;
}

void Connection::TakeUpAnswer() {
  {
    MutexLock lock(gate_);
    if (!answered_) return;
    answered_ = false;
  }
  if (phase_ == Phase::kHandling) WriteRestOrGoOn();
}

void Connection::Respond(HttpResponse response) {
  if (phase_ != Phase::kHandling) return;
  Prepare(std::move(response), worker_->Date());
  Enter(Phase::kWriting, options_.write_timeout);
  Write();
}

void Connection::RespondHere(HttpResponse response) {
  Prepare(std::move(response), HttpDate(SystemClock().NowMicros() / 1'000'000));
  {
    MutexLock lock(gate_);
    if (closed_) return;
    WriteNow();
    answered_ = true;
    const bool all_sent = written_ == head_.size() + body_.size();
    if (all_sent) {
      body_ = std::string_view();
      response_ = HttpResponse();
    }
    if (all_sent && wakes_by_itself_ && keep_alive_ && !worker_->stopping) return;
  }
  worker_->Post([self = shared_from_this()] { self->TakeUpAnswer(); });
}

void Connection::Prepare(HttpResponse response, std::string_view date) {
  keep_alive_ = keep_alive_ && !worker_->stopping && !client_gone();
  head_ = ResponseHead(
      response,
      {.date = date, .keep_alive = keep_alive_, .http_1_0 = http_1_0_, .answers_head = answers_head_});
  const bool without_body = answers_head_ || StatusForbidsBody(response.status);
  response_ = std::move(response);
  body_ = without_body ? std::string_view() : response_.content();
  written_ = 0;
}

// What the socket takes without waiting; an error is left for the worker to find.
void Connection::WriteNow() {
  iovec parts[] = {{head_.data(), head_.size()}, {const_cast<char*>(body_.data()), body_.size()}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  const ssize_t count = ::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL);
  if (count > 0) written_ = static_cast<size_t>(count);
}

// Head and body leave in one segment where they fit: two small writes would cost the client a delayed
// acknowledgement.
void Connection::Write() {
  const size_t head_done = std::min(written_, head_.size());
  const std::array<asio::const_buffer, 2> rest{
      asio::buffer(head_) + head_done, asio::buffer(body_.data(), body_.size()) + (written_ - head_done)};
  socket_.async_write_some(
      rest, [self = shared_from_this()](ErrorCode error, size_t count) { self->OnWrite(error, count); });
}

void Connection::OnWrite(ErrorCode error, size_t count) {
  if (phase_ != Phase::kWriting) return;
  if (error) return Close();
  written_ += count;
  WriteRestOrGoOn();
}

void Connection::WriteRestOrGoOn() {
  if (written_ < head_.size() + body_.size()) {
    Enter(Phase::kWriting, options_.write_timeout);
    return Write();
  }
  body_ = std::string_view();
  response_ = HttpResponse();
  if (!keep_alive_ || worker_->stopping) return Linger();
  if (buffer_.size() == 0) {
    buffer_.shrink_to_fit();
    Enter(Phase::kIdle, options_.idle_timeout);
    Read();
  } else {
    Enter(Phase::kReading, options_.read_timeout);
    Process();
  }
}

// Closes our half and reads away what the client still sends: closing with unread bytes would reset the
// connection and could destroy the answer before the client has read it. Where nothing is unread, closing is
// enough.
void Connection::Linger() {
  if (phase_ != Phase::kLingering) {
    if (request_read_ && PeekByte() < 0) return Close();
    Enter(Phase::kLingering, kLingerTimeout);
    ErrorCode ignored;
    socket_.shutdown(tcp::socket::shutdown_send, ignored);
    buffer_.clear();
  }
  socket_.async_read_some(buffer_.prepare(kBodyReadBytes),
                          [self = shared_from_this()](ErrorCode error, size_t) {
                            if (self->phase_ != Phase::kLingering) return;
                            if (error) return self->Close();
                            self->Linger();
                          });
}

// recv's answer for one byte that stays unread: 1, 0 at the end, or -1 and errno.
ssize_t Connection::PeekByte() {
  char byte;
  return ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
}

void Connection::BeginStop() {
  TakeUpAnswer();
  if (phase_ == Phase::kIdle) Close();
}

void Connection::CheckDeadline(int64_t now_micros) {
  TakeUpAnswer();
  if (deadline_micros_ == 0 || now_micros < deadline_micros_) return;
  if (phase_ != Phase::kReading) return Close();
  ErrorCode ignored;
  socket_.cancel(ignored);
  Fail(408, "the request did not arrive in time");
}

void Connection::Close() {
  if (phase_ == Phase::kClosed) return;
  phase_ = Phase::kClosed;
  client_gone_ = true;
  {
    MutexLock lock(gate_);
    closed_ = true;
    ErrorCode ignored;
    socket_.close(ignored);
  }
  worker_->Forget(shared_from_this());
}

void Worker::Serve(tcp::socket socket) {
  if (stopping) return;
  auto connection = std::make_shared<Connection>(std::move(socket), shared_from_this());
  connections_.insert(connection);
  const bool has_room = ++state->connections <= state->options.max_connections;
  has_room ? connection->Start() : connection->Refuse();
}

void Worker::Forget(const std::shared_ptr<Connection>& connection) {
  connections_.erase(connection);
  if (--state->connections > 0) return;
  MutexLock lock(state->mutex);
  state->all_closed.NotifyAll();
}

void Worker::BeginStop() {
  stopping = true;
  for (const auto& connection : std::vector(connections_.begin(), connections_.end()))
    connection->BeginStop();
}

void Worker::CloseAll() {
  for (const auto& connection : std::vector(connections_.begin(), connections_.end())) connection->Close();
  sweep_timer_.cancel();
  io.stop();
}

// Deadlines are looked at in one sweep over the connections instead of by a timer each: a request then costs
// no timer.
void Worker::Sweep() {
  const HttpServerOptions& options = state->options;
  const auto shortest =
      std::min({options.idle_timeout, options.read_timeout, options.write_timeout, kLingerTimeout});
  sweep_timer_.expires_after(
      std::clamp(shortest / 8, std::chrono::milliseconds(5), std::chrono::milliseconds(1'000)));
  sweep_timer_.async_wait([this](ErrorCode error) {
    if (error) return;
    const int64_t now_micros = SystemClock().MonotonicMicros();
    for (const auto& connection : std::vector(connections_.begin(), connections_.end())) {
      connection->CheckDeadline(now_micros);
    }
    Sweep();
  });
}

std::string_view Worker::Date() {
  const int64_t second = SystemClock().NowMicros() / 1'000'000;
  if (second != date_second_) {
    date_second_ = second;
    date_ = HttpDate(second);
  }
  return date_;
}

class BeastHttpServer final : public HttpServer {
 public:
  BeastHttpServer(const HttpServerOptions& options, HttpHandler handler)
      : state_(std::make_shared<ServerState>()) {
    state_->options = options;
    state_->handler = std::move(handler);
    for (int i = 0; i < std::max(1, options.io_threads); ++i)
      workers_.push_back(std::make_shared<Worker>(state_));
    acceptor_.emplace(workers_[0]->io);
    accept_pause_.emplace(workers_[0]->io);
  }
  ~BeastHttpServer() override { Stop(std::chrono::milliseconds(0)); }

  Status Listen();
  uint16_t port() const override { return port_; }
  void Stop(std::chrono::milliseconds grace) override;

 private:
  void Accept();

  const std::shared_ptr<ServerState> state_;
  std::vector<std::shared_ptr<Worker>> workers_;
  std::optional<tcp::acceptor> acceptor_;  // on the first worker's thread
  std::optional<asio::steady_timer> accept_pause_;
  size_t next_worker_ = 0;
  uint16_t port_ = 0;
  std::vector<std::thread> threads_;
};

Status ListenError(const HttpServerOptions& options, ErrorCode error) {
  const std::string where = fmt::format("{}:{}", options.host, options.port);
  if (error == asio::error::address_in_use) {
    return Status::FailedPrecondition(
        "cannot listen on {}: the port is in use; stop its owner or choose another port", where);
  }
  if (error == asio::error::access_denied) {
    return Status::PermissionDenied("cannot listen on {}: permission denied; choose a port above 1023",
                                    where);
  }
  return Status::InvalidArgument("cannot listen on {}: {}; give an address of this machine", where,
                                 error.message());
}

Status BeastHttpServer::Listen() {
  const HttpServerOptions& options = state_->options;
  ErrorCode error;
  tcp::resolver resolver(workers_[0]->io);
  const auto addresses = resolver.resolve(options.host, std::to_string(options.port),
                                          tcp::resolver::passive | tcp::resolver::numeric_service, error);
  if (error) return ListenError(options, error);
  const tcp::endpoint endpoint = addresses.begin()->endpoint();
  acceptor_->open(endpoint.protocol(), error);
  // Lets a restarted server have its port back while old connections linger; it does not share it with a live
  // one.
  if (!error) acceptor_->set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor_->bind(endpoint, error);
  if (!error) acceptor_->listen(asio::socket_base::max_listen_connections, error);
  if (error) return ListenError(options, error);
  port_ = acceptor_->local_endpoint().port();
  Accept();
  for (const auto& worker : workers_) {
    threads_.emplace_back([worker] { worker->Run(); });
  }
  return Status::Ok();
}

// One thread accepts and hands connections round. Not SO_REUSEPORT: with it a second server on the same port
// would start without complaint.
void BeastHttpServer::Accept() {
  Worker* worker = workers_[next_worker_++ % workers_.size()].get();
  acceptor_->async_accept(worker->io, [this, worker](ErrorCode error, tcp::socket socket) {
    if (error == asio::error::operation_aborted || !acceptor_->is_open()) return;
    if (error) {
      log::Warning("cannot accept connections", {{"port", port_}, {"reason", error.message()}});
      accept_pause_->expires_after(std::chrono::milliseconds(100));
      accept_pause_->async_wait([this](ErrorCode cancelled) {
        if (!cancelled) Accept();
      });
      return;
    }
    if (worker == workers_[0].get()) {
      worker->Serve(std::move(socket));
    } else {
      worker->Post([worker, accepted = std::move(socket)]() mutable { worker->Serve(std::move(accepted)); });
    }
    Accept();
  });
}

void BeastHttpServer::Stop(std::chrono::milliseconds grace) {
  if (threads_.empty()) return;
  workers_[0]->Post([this] {
    ErrorCode ignored;
    acceptor_->close(ignored);
    accept_pause_->cancel();
  });
  for (const auto& worker : workers_) worker->Post([worker] { worker->BeginStop(); });
  const int64_t deadline_micros = DeadlineAfter(grace);
  {
    MutexLock lock(state_->mutex);
    while (state_->connections > 0) {
      const int64_t left_micros = deadline_micros - SystemClock().MonotonicMicros();
      if (left_micros <= 0) break;
      state_->all_closed.WaitFor(state_->mutex, std::chrono::microseconds(left_micros));
    }
  }
  for (const auto& worker : workers_) {
    worker->Post([worker] { worker->CloseAll(); });
    worker->CloseGate();
  }
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  // The handlers of cancelled operations still hold their connections: let them run out.
  for (const auto& worker : workers_) {
    worker->io.restart();
    worker->io.poll();
  }
  acceptor_.reset();
  accept_pause_.reset();
  state_->handler = nullptr;
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::Start(const HttpServerOptions& options, HttpHandler handler) {
  auto server = std::make_unique<BeastHttpServer>(options, std::move(handler));
  LIFEBOAT_RETURN_IF_ERROR(server->Listen());
  return std::unique_ptr<HttpServer>(std::move(server));
}

}  // namespace lifeboat::net
