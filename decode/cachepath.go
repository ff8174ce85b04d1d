package decode

import (
	"net/url"
	"path"
	"strings"
)

// cacheDirections are the methods by which helpers ask a storage for caches.
var cacheDirections = map[string]CacheDirection{"GET": CacheDownload, "PUT": CacheUpload, "HEAD": CacheLook}

// IsCache tells whether a request to a host that is not GitLab's API is for a cache of a
// runner: one of its methods, a path of the form in which runners name caches, and a
// query with a storage's signature. All three must be, since a job's script may ask the same hosts
// for anything. path is the escaped path. What a storage's own library signs
// in the header, as for S3 with RoleARN in config.toml, is not told.
func IsCache(method, path, query string) bool {
	if cacheDirections[method] == "" || isAPI(path) {
		return false
	}
	_, ok := parseCachePath(path)
	return ok && isPresigned(query)
}

// cachePath is the path of a cache: "[PREFIX/][runner/TOKEN/]project/ID/KEY", with the short
// form of the runner's token (gitlab-runner cache/cache.go).
type cachePath struct {
	prefix, runner, key string
	projectID           int64
}

// parseCachePath reads an escaped path. A key may have any form, but the runner has cleaned
// it with Go's path.Join. The first "project/ID" counts: the key may have another one.
func parseCachePath(escaped string) (p cachePath, ok bool) {
	before, rest, ok := strings.Cut(escaped, "/project/")
	if !ok || escaped[0] != '/' {
		return p, false
	}
	number, key, _ := strings.Cut(rest, "/")
	if p.projectID, ok = parseID(number); !ok || number[0] == '0' {
		return p, false
	}
	if key == "" || path.Clean("/"+key) != "/"+key {
		return p, false
	}
	segments := strings.Split(strings.TrimPrefix(before, "/"), "/")
	if n := len(segments); n >= 2 && segments[n-2] == "runner" && segments[n-1] != "" {
		p.runner, segments = segments[n-1], segments[:n-2]
	}
	p.prefix, p.key = strings.Join(segments, "/"), key
	for _, part := range []*string{&p.prefix, &p.runner, &p.key} {
		plain, err := url.PathUnescape(*part)
		if err != nil {
			return p, false
		}
		*part = plain
	}
	return p, true
}
