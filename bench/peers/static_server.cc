// static_server: answers fixed bytes for each path, and does nothing else: what the machine and
// net::HttpServer allow, the ceiling of every answer a catalog gives.
//
//   static_server /small=FILE /large=FILE        prints "PORT <n>" once it serves, runs until SIGTERM
//
// A request whose If-None-Match is the answer's ETag gets 304.
#include <fmt/core.h>
#include <signal.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http.h"
#include "net/http_server.h"

namespace {

constexpr std::string_view kEtag = "\"the only one\"";

lifeboat::net::HttpResponse Respond(const std::map<std::string, std::string, std::less<>>& bodies,
                                    const lifeboat::net::HttpRequest& request) {
  const auto found = bodies.find(request.Path());
  if (found == bodies.end()) return lifeboat::net::HttpResponse::Text(404, "no such path");
  lifeboat::net::HttpResponse response;
  if (request.headers.Get("If-None-Match") == kEtag) {
    response.status = 304;
  } else {
    response = lifeboat::net::HttpResponse::Json(200, found->second);
  }
  response.headers.Set("ETag", kEtag);
  return response;
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t stop_signals;
  sigemptyset(&stop_signals);
  sigaddset(&stop_signals, SIGTERM);
  sigaddset(&stop_signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &stop_signals, nullptr);

  std::map<std::string, std::string, std::less<>> bodies;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const size_t equals = argument.find('=');
    if (equals == std::string_view::npos) {
      fmt::print(stderr, "static_server: '{}' is not /PATH=FILE\n", argument);
      return 1;
    }
    std::ifstream file(std::string(argument.substr(equals + 1)), std::ios::binary);
    bodies[std::string(argument.substr(0, equals))] = std::string(std::istreambuf_iterator<char>(file), {});
  }
  const auto server = lifeboat::net::HttpServer::Start(
      {}, [&bodies](const lifeboat::net::HttpRequest& request, const lifeboat::net::Responder& responder) {
        responder.Send(Respond(bodies, request));
      });
  if (!server.ok()) {
    fmt::print(stderr, "static_server: {}\n", server.status().ToString());
    return 1;
  }
  fmt::print("PORT {}\n", (*server)->port());
  std::fflush(stdout);
  int signal = 0;
  sigwait(&stop_signals, &signal);
  (*server)->Stop(std::chrono::seconds(1));
  return 0;
}
