package decode

import (
	"net/url"
	"slices"
	"strings"
)

// queryKeys are those that an endpoint has; of other endpoints there are none. An
// [ObjectStorage] and a [Cache] have those of their provider, see [presigned].
var queryKeys = map[Endpoint][]string{
	PatchTrace:        {"debug_trace"},
	UploadArtifacts:   {"artifact_format", "artifact_type", "expire_in"},
	DownloadArtifacts: {"direct_download"},
	Git:               {"service"},
}

// secretKeys are query keys, in lower case, whose values are not shown, and secretWords
// make such a key of any they are in, or such a header field or JSON key: signatures and logins of
// presigned URLs, and tokens, which GitLab takes from a query too.
var (
	secretKeys  = []string{"awsaccesskeyid", "googleaccessid", "sig", "key"}
	secretWords = []string{"token", "secret", "password", "signature", "credential", "authorization", "api-key", "apikey", "api_key"}
)

// secretKey tells whether what is said under that name is not shown in gaps.
func secretKey(name string) bool {
	return slices.Contains(secretKeys, strings.ToLower(name)) || secretWord(name)
}

// secretWord tells whether one of secretWords is in s, in any case.
func secretWord(s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(secretWords, func(word string) bool { return strings.Contains(s, word) })
}

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
		if slices.Contains(queryKeys[e], key) || (e == ObjectStorage || e == Cache) && storageKey(key) {
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
