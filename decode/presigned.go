package decode

import (
	"net/url"
	"strconv"
	"strings"
	"time"
)

// presigned is what a presigned URL says of itself.
type presigned struct {
	provider string    // "s3", "gcs", "azure"; empty if not known
	seconds  int64     // life of the signature, s; 0 if not said so
	expires  time.Time // end of it, UTC; zero if not known
	comp     string    // what part of an object Azure is asked for: "block", "blocklist"; empty if all of it
}

// signatures are the query keys that tell a provider: AWS Signature Version 4
// (also MinIO) and 2, Google's V4 and V2, Azure's shared access signature. None comes
// without its second key.
var signatures = []struct{ key, with, provider, date, seconds, until string }{
	{key: "X-Amz-Signature", with: "X-Amz-Credential", provider: "s3", date: "X-Amz-Date", seconds: "X-Amz-Expires"},
	{key: "AWSAccessKeyId", with: "Signature", provider: "s3", until: "Expires"},
	{key: "X-Goog-Signature", with: "X-Goog-Credential", provider: "gcs", date: "X-Goog-Date", seconds: "X-Goog-Expires"},
	{key: "GoogleAccessId", with: "Signature", provider: "gcs", until: "Expires"},
	{key: "sig", with: "sv", provider: "azure", until: "se"},
}

// isPresigned tells whether a query has all of a storage's signature.
func isPresigned(query string) bool {
	values, _ := url.ParseQuery(query) // as much as is readable
	for _, s := range signatures {
		if values.Get(s.key) != "" && values.Get(s.with) != "" {
			return true
		}
	}
	return false
}

// storageHosts are how the hosts of storages end.
var storageHosts = []struct{ end, provider string }{
	{".amazonaws.com", "s3"},
	{".amazonaws.com.cn", "s3"},
	{"storage.googleapis.com", "gcs"},
	{"storage.cloud.google.com", "gcs"},
	{".blob.core.windows.net", "azure"},
	{".blob.core.usgovcloudapi.net", "azure"},
	{".blob.core.chinacloudapi.cn", "azure"},
	{".r2.cloudflarestorage.com", "s3"},
	{".digitaloceanspaces.com", "s3"},
	{".wasabisys.com", "s3"},
	{".backblazeb2.com", "s3"},
	{".scw.cloud", "s3"},
}

// readPresigned reads host and query of a storage's URL.
func readPresigned(host, query string) presigned {
	var p presigned
	name, _, _ := strings.Cut(strings.ToLower(host), ":")
	for _, h := range storageHosts {
		if strings.HasSuffix(name, h.end) {
			p.provider = h.provider
			break
		}
	}
	values, _ := url.ParseQuery(query) // as much as is readable
	for _, s := range signatures {
		if !values.Has(s.key) {
			continue
		}
		p.provider = s.provider
		if seconds, err := strconv.ParseInt(values.Get(s.seconds), 10, 32); err == nil {
			p.seconds = seconds
			if signed, err := time.Parse("20060102T150405Z", values.Get(s.date)); err == nil {
				p.expires = signed.Add(time.Duration(seconds) * time.Second)
			}
		}
		p.until(values.Get(s.until))
		break
	}
	p.comp = clean(values.Get("comp"), 20)
	p.expires = writable(p.expires)
	return p
}

// until reads the end of a signature: seconds since 1970, or of Azure a date.
func (p *presigned) until(s string) {
	if unix, err := strconv.ParseInt(s, 10, 64); err == nil && unix > 0 && unix <= maxUnix {
		p.expires = time.Unix(unix, 0).UTC()
		return
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04Z07:00", time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			p.expires = at
			return
		}
	}
}

// storageKeys are the query keys of presigned URLs and of the storages' own calls,
// beside x-amz-… and x-goog-…: the two old signatures, Azure's (its REST API
// "create a service SAS"), and what the answer's header shall say.
var storageKeys = keySet(`awsaccesskeyid googleaccessid expires signature sig se st sp sr sv si sip spr ss srt sdd ses saoid suoid scid
	skoid sktid skt ske sks skv rscc rscd rsce rscl rsct snapshot comp restype blockid
	response-cache-control response-content-disposition response-content-encoding response-content-language response-content-type
	response-expires x-id versionid generation alt partnumber uploadid uploads userproject`)

func keySet(names string) map[string]bool {
	set := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		set[name] = true
	}
	return set
}

func storageKey(key string) bool {
	key = strings.ToLower(key)
	return storageKeys[key] || strings.HasPrefix(key, "x-amz-") || strings.HasPrefix(key, "x-goog-")
}
