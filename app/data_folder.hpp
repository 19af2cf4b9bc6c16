#pragma once
// The data folder: made on first use, held by one server at a time, and where it says on which URL it listens.
#include <string>

namespace lastmile::app {

class DataFolder {
public:
    /// Makes the folder (0700) and takes its lock. Throws std::runtime_error with one sentence: no permission, no disk, in use.
    explicit DataFolder(std::string path);
    ~DataFolder();
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    const std::string& path() const { return path_; }
    std::string file(const std::string& name) const { return path_ + "/" + name; }
    /// Writes DIR/listen atomically; the destructor removes it.
    void announce(const std::string& url);

private:
    std::string path_;
    int lock_ = -1;
    bool announced_ = false;
};

}  // namespace lastmile::app
