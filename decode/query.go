package decode

import (
	"net/url"
	"slices"
	"strings"
)

// queryKeys are those that an endpoint has; of other endpoints there are none. An
// [ObjectStorage] has those of its provider, see [presigned].
var queryKeys = map[Endpoint][]string{
	PatchTrace:        {"debug_trace"},
	UploadArtifacts:   {"artifact_format", "artifact_type", "expire_in"},
	DownloadArtifacts: {"direct_download"},
	Git:               {"service"},
}

// secretKeys are query keys, in lower case, whose values are not shown: signatures
// of presigned URLs, and tokens, which GitLab takes from there too.
var secretKeys = []string{
	"x-amz-signature", "x-amz-credential", "x-amz-security-token", "awsaccesskeyid", "signature",
	"x-goog-signature", "x-goog-credential", "googleaccessid", "sig",
	"token", "private_token", "job_token", "access_token", "authenticity_token", "rss_token", "feed_token", "password", "secret", "key",
}

func secretKey(key string) bool { return slices.Contains(secretKeys, strings.ToLower(key)) }

// queryGaps notes the keys that an endpoint does not have. A query that is not
// form-encoded is read as far as it is.
func (n *notes) queryGaps(e Endpoint, query string) {
	if query == "" || e == Unknown {
		return
	}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		key, value, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(key); err == nil {
			key = plain
		}
		if slices.Contains(queryKeys[e], key) || e == ObjectStorage && storageKey(key) {
			continue
		}
		if plain, err := url.QueryUnescape(value); err == nil {
			value = plain
		}
		if secretKey(key) {
			value = ""
		}
		n.gap("request query", key, []byte(value))
	}
}
