#pragma once
// Looks at each part every two seconds, on a thread of its own, and reports to the health board.
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "platform/observe/health.hpp"

namespace lastmile::app {

struct Finding {
    observe::Condition condition = observe::Condition::ok;
    std::string detail{};
};

class Probes {
public:
    explicit Probes(observe::Health& health) : health_(health) {}
    ~Probes();
    /// Before start(). What throws is down, with its sentence.
    void add(std::string name, bool vital, std::function<Finding()> probe);
    /// Looks once at all, then goes on by itself.
    void start();

private:
    struct Probe {
        std::string name;
        std::function<Finding()> look;
    };
    void look();
    observe::Health& health_;
    std::vector<Probe> probes_;
    std::mutex mutex_;
    std::condition_variable changed_;
    bool closing_ = false;
    std::thread thread_;
};

}  // namespace lastmile::app
