package decode

import (
	"strings"

	"runnertape"
)

// use is what decoding does with a header field.
type use uint8

const (
	unknown    use = iota // it becomes a gap
	useNothing            // it is known, and no message has it
	useMessage            // the message of an endpoint reads it
	useID                 // X-Request-Id
	useAgent              // and the rest are read for [RequestHead] and [AnswerHead]
	useAccept             // Accept
	useAcceptEncoding
	useContentType
	useReferer
	useToken
	useServer
	useVia
	useLocation
	useAuthenticate
	useRetryAfter
	useRateLimit
)

// headerTable is by lower-case names.
type headerTable map[string]use

// maxHeaderName is the length of the longest name that is looked up.
const maxHeaderName = 64

// use tells what is done with a field of that name, in any case.
func (t headerTable) use(name string) use {
	if len(name) > maxHeaderName {
		return unknown
	}
	var room [maxHeaderName]byte
	for i := range len(name) {
		c := name[i]
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		room[i] = c
	}
	lower := room[:len(name)]
	if u, ok := t[string(lower)]; ok {
		return u
	}
	for _, family := range headerFamilies {
		if len(lower) > len(family) && string(lower[:len(family)]) == family {
			return useNothing
		}
	}
	return unknown
}

// headerFamilies are beginnings of names to which storages, CDNs, browsers and tracers add freely.
var headerFamilies = []string{"x-amz-", "x-goog-", "x-ms-", "cf-", "x-minio-", "x-akamai-", "x-cache-", "sec-", "x-envoy-", "x-b3-"}

// knownHeaders are the fields of the protocol, and those that HTTP itself, nginx,
// Workhorse, Rails, CDNs, object storages and git commonly send.
var knownHeaders = makeHeaders()

func makeHeaders() headerTable {
	t := headerTable{
		// docs/protocol.md §1.1 and §1.3
		"user-agent": useAgent, "accept": useAccept, "accept-encoding": useAcceptEncoding, "content-type": useContentType, "referer": useReferer,
		"x-request-id": useID, "runner-token": useToken, "job-token": useToken, "private-token": useToken, "authorization": useToken,
		"content-range": useMessage, "range": useMessage, "job-status": useMessage, "x-gitlab-trace-update-interval": useMessage,
		"x-gitlab-last-update": useMessage, "gitlab-ci-builds-polling": useMessage, "git-protocol": useMessage, "x-gitaly-correlation-id": useMessage, "content-disposition": useMessage, "content-encoding": useMessage,
		"location": useLocation, "server": useServer, "via": useVia, "www-authenticate": useAuthenticate, "retry-after": useRetryAfter,
		"ratelimit-limit": useRateLimit, "ratelimit-name": useRateLimit, "ratelimit-observed": useRateLimit,
		"ratelimit-remaining": useRateLimit, "ratelimit-reset": useRateLimit, "ratelimit-resettime": useRateLimit,
	}
	for _, names := range []string{
		// HTTP (RFC 9110, 9111, 9112, 7838, 8246), cookies, W3C trace context
		`accept-charset accept-language accept-ranges age allow alt-svc cache-control connection content-language
		content-length content-location cookie date dnt early-data etag expect expires forwarded from host if-match if-modified-since
		if-none-match if-range if-unmodified-since keep-alive last-modified link max-forwards origin pragma priority proxy-authenticate
		proxy-authorization proxy-connection prefer preference-applied set-cookie te trailer transfer-encoding upgrade
		upgrade-insecure-requests vary warning x-http-method-override traceparent tracestate baggage server-timing content-md5 digest
		content-digest repr-digest want-digest`,
		// browsers' rules, which servers send to everybody
		`access-control-allow-credentials access-control-allow-headers access-control-allow-methods access-control-allow-origin
		access-control-expose-headers access-control-max-age content-security-policy content-security-policy-report-only
		cross-origin-embedder-policy cross-origin-opener-policy cross-origin-resource-policy expect-ct feature-policy nel
		origin-agent-cluster permissions-policy referrer-policy report-to reporting-endpoints strict-transport-security timing-allow-origin
		x-content-type-options x-dns-prefetch-control x-download-options x-frame-options x-permitted-cross-domain-policies x-robots-tag
		x-ua-compatible x-xss-protection`,
		// nginx, HAProxy, Envoy and other proxies
		`front-end-https x-accel-buffering x-accel-charset x-accel-expires x-accel-limit-rate x-accel-redirect x-cache x-correlation-id
		x-client-ip x-cluster-client-ip x-forwarded-by x-forwarded-for x-forwarded-host
		x-forwarded-port x-forwarded-prefix x-forwarded-proto x-forwarded-scheme x-forwarded-server x-forwarded-ssl x-original-uri
		x-original-url x-powered-by x-proxy-cache x-real-ip x-scheme x-sendfile x-server x-served-by x-upstream`,
		// Workhorse, Rails, GitLab and GitLab.com (haproxy)
		`gitlab-lb gitlab-sv gitlab-workhorse gitlab-workhorse-api-request gitlab-workhorse-detect-content-type
		gitlab-workhorse-proxy-start gitlab-workhorse-send-data idempotency-key status x-gitlab-custom-error
		x-gitlab-host x-gitlab-meta x-runtime x-rack-cache x-next-page x-page x-per-page x-prev-page x-total x-total-pages
		deploy-token x-gitlab-feature-category x-gitlab-queue-time`,
		// CDNs: Fastly, CloudFront, Google, Akamai
		`cdn-loop fastly-debug-digest fastly-restarts surrogate-control surrogate-key true-client-ip x-cdn x-cloud-trace-context
		x-edge-location x-guploader-uploadid x-hits x-hw x-served-from x-timer x-varnish x-fastly-request-id`,
		// object storages, which name others by x-amz-, x-goog- and x-ms-
		`x-xss x-rgw-object-type x-trans-id x-openstack-request-id x-timestamp x-object-meta-mtime x-ratelimit-limit
		x-ratelimit-remaining x-wasabi-cm-reference-id x-hcp-time x-id-2 replication-status`,
		// git and LFS
		`git-lfs-version x-gitlab-lfs lfs-authenticate content-transfer-encoding`,
	} {
		for name := range strings.FieldsSeq(names) {
			t[name] = useNothing
		}
	}
	return t
}

// IsBesideProtocol tells whether a header field of that name says nothing of the runner
// protocol: HTTP itself, servers, CDNs, storages and what stands between them commonly
// send it, and no message reads it. Of a name that is not known that is not so.
func IsBesideProtocol(name string) bool { return knownHeaders.use(name) == useNothing }

// headerGap notes a field that is not known.
func (n *notes) headerGap(e Endpoint, where string, f runnertape.Field) {
	switch {
	case e == Unknown:
	case secretKey(f.Name):
		n.gap(where, f.Name, nil)
	default:
		n.gap(where, f.Name, []byte(f.Value))
	}
}
