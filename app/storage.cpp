#include "app/storage.hpp"

#include <filesystem>

namespace lastmile::app {
namespace {

std::string endpoint_of(const Config& config) {
    auto endpoint = config.text("s3.endpoint");
    while (endpoint.ends_with('/')) endpoint.pop_back();
    const auto scheme = endpoint.find("://");
    if (!endpoint.empty() && (scheme == std::string::npos || endpoint.find('/', scheme + 3) != std::string::npos))
        throw std::runtime_error("setting \"s3.endpoint\" must be http(s)://HOST without a path");
    return endpoint;
}

crypto::AwsCredentials credentials_of(const Config& config) { return {config.text("s3.access_key_id"), config.text("s3.secret_access_key"), {}}; }

}  // namespace

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < list.size();) {
        const auto end = std::min(list.find(',', at), list.size());
        if (end > at) parts.push_back(list.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

ImportSources import_sources(const Config& config, const std::string& spool_folder, http::Client& client) {
    ImportSources sources;
    sources.client = &client;
    sources.spool_folder = spool_folder;
    std::filesystem::create_directories(sources.spool_folder);
    sources.machine_now = machine_now;
    if (config.on("dev")) sources.allow_http = true, sources.allow_private_networks = {"127.0.0.0/8", "::1/128"};
    auto& s3 = sources.s3;
    s3.endpoint = endpoint_of(config), s3.region = config.text("s3.region"), s3.path_style = config.on("s3.path_style");
    s3.credentials = credentials_of(config);
    s3.buckets = split(config.text("s3.import_buckets")), s3.allow_private_networks = split(config.text("s3.allow_private_networks"));
    return sources;
}

std::unique_ptr<blobs::S3Blobs> proof_bucket(const Config& config, http::Client& client) {
    blobs::S3Options options;
    options.bucket = config.text("s3.bucket");
    if (options.bucket.empty()) return nullptr;
    options.endpoint = endpoint_of(config);
    if (options.endpoint.empty()) throw std::runtime_error("setting \"s3.bucket\" needs \"s3.endpoint\"");
    options.region = config.text("s3.region"), options.path_style = config.on("s3.path_style"), options.credentials = credentials_of(config);
    options.prefix = config.text("s3.prefix");
    if (!options.prefix.empty() && !options.prefix.ends_with('/')) options.prefix += '/';
    options.allow_private_networks = split(config.text("s3.allow_private_networks"));
    options.machine_now = machine_now;
    return std::make_unique<blobs::S3Blobs>(std::move(options), client);
}

Storage::Storage(const Config& config, const std::string& folder, const crypto::Keyring& keys, http::Client& client) : bucket_(proof_bucket(config, client)) {
    if (!bucket_) {
        blobs::FileBlobOptions options{.folder = folder, .keys = keys};
        options.machine_now = machine_now;
        options.public_url = config.text("public_url");
        folder_ = std::make_unique<blobs::FileBlobs>(std::move(options));
        return;
    }
    origin_ = endpoint_of(config);
    if (!config.on("s3.path_style")) origin_.insert(origin_.find("://") + 3, config.text("s3.bucket") + ".");
}

blobs::BlobStore& Storage::files() {
    if (bucket_) return *bucket_;
    return *folder_;
}

}  // namespace lastmile::app
