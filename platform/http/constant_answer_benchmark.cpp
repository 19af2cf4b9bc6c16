// Serves one constant JSON answer of 300 bytes, for load generators: `constant_answer_benchmark [port] [threads]`, ends on standard input's
// end and prints processor time per request. Compare: nginx with `return 200 '…'`.
#include <sys/resource.h>

#include <cstdio>
#include <cstdlib>

#include "platform/http/server.hpp"

int main(int count, char** arguments) {
    using namespace lastmile::http;
    Options options;
    options.port = static_cast<std::uint16_t>(count > 1 ? std::atoi(arguments[1]) : 8080);
    options.threads = count > 2 ? std::atoi(arguments[2]) : 1;
    const std::string body = "{\"data\":\"" + std::string(289, 'x') + "\"}";
    Server server(options, [&](Request, std::shared_ptr<Responder> responder) {
        responder->send({200, {{"Content-Type", "application/json"}}, body});
    });
    std::printf("port %d\n", server.port());
    std::fflush(stdout);
    while (std::getchar() != EOF) {}
    const auto requests = static_cast<double>(server.numbers().requests);
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto seconds = static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
    std::printf("%.0f requests, %.2f us of processor time each\n", requests, requests > 0 ? seconds / requests * 1e6 : 0);
    server.drain(std::chrono::milliseconds(100));
}
