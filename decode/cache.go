package decode

import (
	"cmp"
	"strconv"
	"time"

	"runnertape"
)

// CacheMessage is a request for a job's cache in object storage, by an address that the
// runner has presigned itself: GitLab has no part in it. A helper sends it
// (gitlab-runner commands/helpers/cache_extractor.go, cache_archiver.go). It is told by
// method, path and signature together, see [IsCache].
type CacheMessage struct {
	Direction      CacheDirection `json:"direction"`                 // "download", "upload", or "look", whether it is there
	Provider       string         `json:"provider"`                  // "s3", "gcs", "azure", by the query's signature
	Host           string         `json:"host"`                      // the storage
	Prefix         string         `json:"prefix,omitempty"`          // of the path before what follows here: bucket, where it is in the path, and Path of config.toml
	Runner         string         `json:"runner,omitempty"`          // short form of the runner's token, in the path unless runners share their caches (Shared of config.toml)
	ProjectID      int64          `json:"project_id"`                // number of the project
	Key            string         `json:"key"`                       // the cache's, without percent-encoding; with FF_HASH_CACHE_KEYS a SHA-256 in hex (since 18.4), behind a folder of its first two digits (since 19.0)
	HumanKey       string         `json:"human_key,omitempty"`       // the key before it was hashed, of the object's metadata "cachekey" (18.5 has it, 18.0 has not)
	Block          string         `json:"block,omitempty"`           // of an upload to Azure in pieces (query comp): "block" is one of them, "blocklist" makes them the object
	ExpiresSeconds int64          `json:"expires_seconds,omitempty"` // life of the signature, s; 0 if not said so
	Expires        time.Time      `json:"expires,omitzero"`          // when the signature ends, UTC; zero if not known
	LastModified   time.Time      `json:"last_modified,omitzero"`    // of the archive, UTC: an upload says it, else the answer; zero if nobody does
	ETag           string         `json:"etag,omitempty"`            // of the answer, with its quotation marks
	Range          string         `json:"range,omitempty"`           // Range asked for
	ContentRange   string         `json:"content_range,omitempty"`   // of a 206: which bytes came, of how many
	Archive        string         `json:"archive,omitempty"`         // "zip", "gzip", "tar.zst" by the first bytes; empty if none or not kept
	ObjectBytes    int64          `json:"object_bytes,omitempty"`    // size of the cache, as the answer to a look has it
	BodyBytes      int64          `json:"body_bytes"`                // body bytes that passed: of an upload those of the request, else of the answer
	Truncated      bool           `json:"truncated,omitempty"`       // that body broke off
	Answer         Answer         `json:"answer"`                    // 200, 201, 206; 404 is a cache that is not there yet; the error text is the storage's code

	Common
}

// CacheDirection is what a request for a cache is for.
type CacheDirection string

// The directions of caches.
const (
	CacheDownload CacheDirection = "download" // GET
	CacheUpload   CacheDirection = "upload"   // PUT
	CacheLook     CacheDirection = "look"     // HEAD
)

// Gist is like `download cache "gems" of project 9 → 200, 1234 bytes`.
func (m *CacheMessage) Gist() string {
	s := string(m.Direction)
	switch {
	case m.Direction == CacheLook:
		s += " for"
	case m.Block != "":
		s += " " + clean(m.Block, 20) + " of"
	}
	s += " cache " + quote(cmp.Or(m.HumanKey, m.Key)) + " of project " + strconv.FormatInt(m.ProjectID, 10)
	if m.Range != "" {
		s += " " + clean(m.Range, 40)
	}
	if m.Direction == CacheUpload {
		s += ", " + sized(m.BodyBytes)
	}
	s += " → " + outcome(m.Answer.Status, m.Answer.ErrorText)
	if m.Direction == CacheDownload && (m.Answer.Status == 200 || m.Answer.Status == 206) {
		s += ", " + sized(m.BodyBytes)
	}
	if m.Truncated {
		s += ", broken off"
	}
	return s
}

// Missing tells whether the cache was asked for and is not there, as at first.
func (m *CacheMessage) Missing() bool { return m.Direction != CacheUpload && m.Answer.Status == 404 }

func readCache(x *runnertape.Exchange, b Bodies, n *notes) Message {
	at, _ := parseCachePath(x.Request.Path())
	p := readPresigned(x.Host, x.Request.Query())
	m := &CacheMessage{
		Direction: cacheDirections[x.Request.Method], Provider: p.provider, Host: x.Host,
		Prefix: clean(at.prefix, 200), Runner: clean(at.runner, 80), ProjectID: at.projectID, Key: clean(at.key, 500),
		ExpiresSeconds: p.seconds, Expires: p.expires, Block: p.comp, Range: x.Request.Header.Get("Range"),
		Answer: readAnswer(x, b, n),
	}
	said, body, bytes := x.Request.Header, &x.Request.Body, b.Request
	if m.Direction != CacheUpload {
		said, body, bytes = nil, new(runnertape.Body), nil
		if m.Answer.Status != 0 {
			said, body = x.Response.Header, &x.Response.Body
		}
		if m.Answer.Status == 200 {
			bytes = b.Response
		}
	}
	m.BodyBytes, m.Truncated, m.Archive = body.Bytes, body.Truncated, sniff(bytes)
	m.LastModified, _ = httpTime(said.Get("Last-Modified")) // zero if it is none
	for _, family := range []string{"X-Amz", "X-Goog", "X-Ms"} {
		m.HumanKey = cmp.Or(m.HumanKey, clean(said.Get(family+"-Meta-Cachekey"), 500))
	}
	if m.Answer.Status != 0 {
		m.ETag, m.ContentRange = clean(x.Response.Header.Get("ETag"), 200), x.Response.Header.Get("Content-Range")
		if m.Direction == CacheLook && m.Answer.Status == 200 {
			m.ObjectBytes, _ = leadingNumber(x.Response.Header.Get("Content-Length"))
		}
	}
	if m.Answer.Status >= 400 {
		code := clean(x.Response.Header.Get("X-Ms-Error-Code"), 80) // a HEAD's answer has no body
		m.Answer.ErrorText = xmlCode(b.Response, cmp.Or(code, m.Answer.ErrorText))
	}
	return m
}
