#include "platform/blobs/file_blobs.hpp"

#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "platform/base/reasons.hpp"
#include "platform/blobs/blob_answer.hpp"
#include "platform/blobs/blob_file.hpp"
#include "platform/blobs/blob_url.hpp"
#include "platform/crypto/hash.hpp"
#include "platform/crypto/text_coding.hpp"
#include "platform/observe/log.hpp"

namespace lastmile::blobs {
namespace {

std::unexpected<Error> disk_refusal(const DiskFault& fault) {
    observe::error("the blob store's disk fails", {{"fault", fault.what}});
    return refuse(reasons::overloaded, "the storage cannot take this now");
}

std::string hash_of(std::string_view bytes) { return crypto::to_hex(crypto::view(crypto::sha256(bytes))); }

}  // namespace

struct FileBlobs::Impl {
    FileBlobOptions options;
    std::mutex mutex;
    std::condition_variable changed;
    std::deque<std::function<void()>> waiting;
    bool stopping = false;
    std::vector<std::thread> threads;

    std::filesystem::path file_of(std::string_view key) const { return options.folder / (std::string(key) + ".blob"); }
    void work();
    bool later(std::function<void()> task);
};

void FileBlobs::Impl::work() {
    for (;;) {
        std::function<void()> task;
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [&] { return stopping || !waiting.empty(); });
            if (stopping) return;   // what waits is dropped, which answers it
            task = std::move(waiting.front());
            waiting.pop_front();
        }
        task();
    }
}

bool FileBlobs::Impl::later(std::function<void()> task) {
    {
        const std::lock_guard lock(mutex);
        if (stopping || waiting.size() >= options.max_waiting) return false;
        waiting.push_back(std::move(task));
    }
    changed.notify_one();
    return true;
}

FileBlobs::FileBlobs(FileBlobOptions options) : impl_(std::make_unique<Impl>()) {
    impl_->options = std::move(options);
    const auto& folder = impl_->options.folder;
    std::error_code ec;
    std::filesystem::create_directories(folder, ec);
    if (ec || ::access(folder.c_str(), W_OK) != 0) throw std::runtime_error("cannot write to the blob folder " + folder.string());
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().extension() == ".part") std::filesystem::remove(entry.path(), ec);
    for (int i = 0; i < impl_->options.threads; ++i) impl_->threads.emplace_back([impl = impl_.get()] { impl->work(); });
}

FileBlobs::~FileBlobs() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->changed.notify_all();
    for (auto& thread : impl_->threads) thread.join();
}

std::size_t FileBlobs::max_blob_bytes() const { return impl_->options.max_blob_bytes; }

Result<BlobInfo> FileBlobs::put(std::string_view key, std::string_view bytes, std::string_view content_type) {
    BlobInfo info{std::string(key), bytes.size(), std::string(content_type), hash_of(bytes), impl_->options.machine_now()};
    if (auto checked = check_terms({info.key, info.size, info.content_type, info.sha256}); !checked)
        return std::unexpected(checked.error());
    if (bytes.size() > impl_->options.max_blob_bytes) return refuse(reasons::too_large, "the file is larger than the store takes");
    try {
        if (const auto there = BlobFile::open(impl_->file_of(key), info.key)) {
            if (there->info().sha256 == info.sha256 && there->info().content_type == info.content_type) return there->info();
            return refuse(reasons::conflict, "the key holds another file");
        }
        write_blob_file(impl_->file_of(key), info, bytes);
        return info;
    } catch (const DiskFault& fault) {
        return disk_refusal(fault);
    }
}

Result<BlobInfo> FileBlobs::head(std::string_view key) {
    if (!valid_key(key)) return refuse(reasons::invalid, "not a key");
    try {
        const auto file = BlobFile::open(impl_->file_of(key), std::string(key));
        if (!file) return refuse(reasons::not_found, "there is no such file");
        return file->info();
    } catch (const DiskFault& fault) {
        return disk_refusal(fault);
    }
}

Result<Blob> FileBlobs::get(std::string_view key) {
    if (!valid_key(key)) return refuse(reasons::invalid, "not a key");
    try {
        const auto file = BlobFile::open(impl_->file_of(key), std::string(key));
        if (!file) return refuse(reasons::not_found, "there is no such file");
        Blob blob{file->info(), file->read(0, file->info().size)};
        if (hash_of(blob.bytes) != blob.info.sha256) throw DiskFault{"the content of " + blob.info.key + " has changed"};
        return blob;
    } catch (const DiskFault& fault) {
        return disk_refusal(fault);
    }
}

Result<void> FileBlobs::remove(std::string_view key) {
    if (!valid_key(key)) return refuse(reasons::invalid, "not a key");
    std::error_code ec;
    std::filesystem::remove(impl_->file_of(key), ec);
    if (ec) return disk_refusal({"cannot remove " + std::string(key) + ": " + ec.message()});
    return {};
}

Result<std::vector<BlobInfo>> FileBlobs::list(std::string_view prefix, std::string_view after, std::size_t limit) {
    std::vector<std::string> keys;
    std::error_code ec;
    for (std::filesystem::recursive_directory_iterator at(impl_->options.folder, ec), end; !ec && at != end; at.increment(ec)) {
        if (at->path().extension() != ".blob") continue;
        auto key = std::filesystem::relative(at->path(), impl_->options.folder).replace_extension().generic_string();
        if (key.starts_with(prefix) && key > after) keys.push_back(std::move(key));
    }
    if (ec) return disk_refusal({"cannot list: " + ec.message()});
    std::ranges::sort(keys);
    if (keys.size() > limit) keys.resize(limit);
    std::vector<BlobInfo> found;
    for (const auto& key : keys)
        if (auto info = head(key)) found.push_back(std::move(*info));   // one removed meanwhile is none
    return found;
}

Result<SignedUpload> FileBlobs::sign_upload(const UploadTerms& terms, Instant machine_now, std::chrono::seconds lifetime) {
    if (auto checked = check_terms(terms); !checked) return std::unexpected(checked.error());
    if (terms.size > impl_->options.max_blob_bytes)
        return refuse(reasons::too_large, "the file is larger than the store takes", {{"#/size", "out_of_range", "too large"}});
    const Grant grant{"PUT", terms, std::chrono::floor<std::chrono::seconds>(machine_now + lifetime)};
    return SignedUpload{"PUT", impl_->options.public_url + print_grant(impl_->options.keys, grant), {{"Content-Type", terms.content_type}},
                        grant.expires_at};
}

Result<std::string> FileBlobs::sign_download(std::string_view key, Instant machine_now, std::chrono::seconds lifetime) {
    if (!valid_key(key)) return refuse(reasons::invalid, "not a key");
    const Grant grant{"GET", {std::string(key), 0, {}, {}}, machine_now + lifetime};
    return impl_->options.public_url + print_grant(impl_->options.keys, grant);
}

bool FileBlobs::serve(http::Request& request, std::shared_ptr<http::Responder> responder) {
    if (!request.path.starts_with(blob_path)) return false;
    if (request.method != "PUT" && request.method != "GET" && request.method != "HEAD") {
        responder->send(blob_problem(reasons::method_not_allowed, "blobs know PUT, GET and HEAD", {{"Allow", "GET, HEAD, PUT"}}));
        return true;
    }
    const auto grant = read_grant(impl_->options.keys, request.method, request.path, request.query);
    if (!grant || impl_->options.machine_now() >= grant->expires_at) {
        responder->send(blob_problem(reasons::forbidden, grant ? "the URL has expired" : "the URL is not signed by us for this", {}));
        return true;
    }
    const bool taken = impl_->later([this, request = std::move(request), grant = *grant, responder] {
        try {
            if (request.method == "PUT")
                responder->send(answer_put(*this, request, grant));
            else
                responder->send(answer_get(impl_->file_of(grant.terms.key), request, grant));
        } catch (const DiskFault& fault) {
            responder->send(blob_problem(*disk_refusal(fault).error().reason, "the storage fails", {}));
        }
    });
    if (!taken) responder->send(blob_problem(reasons::overloaded, "the storage is busy", {{"Retry-After", "1"}}));
    return true;
}

}  // namespace lastmile::blobs
