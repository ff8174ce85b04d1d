package decode

import (
	"strconv"
	"strings"
	"time"

	"runnertape"
)

// AnswerHead is what the header fields of the upstream's answer say, beside those
// that a message has itself.
type AnswerHead struct {
	ContentType  string     `json:"content_type,omitempty"` // of the body, with parameters
	Server       string     `json:"server,omitempty"`       // who answered: "nginx", "cloudflare", "AmazonS3"; Workhorse and Rails do not say
	Via          string     `json:"via,omitempty"`          // proxies it came through
	Redirect     string     `json:"redirect,omitempty"`     // where a 3xx leads, without userinfo and query
	Authenticate string     `json:"authenticate,omitempty"` // WWW-Authenticate of a 401: how to log in
	RetryAfter   *Wait      `json:"retry_after,omitempty"`  // Retry-After: after a 429 runners sleep that long since 16.1, after 408, 429 and 5xx send again then since 18.3; nil if not there
	RateLimit    *RateLimit `json:"rate_limit,omitempty"`   // of a proxy or of Rack::Attack; nil if not there
}

// Wait is a Retry-After (RFC 9110 §10.2.3).
type Wait struct {
	Seconds int64     `json:"seconds,omitempty"` // how long, s; 0 if it is a date
	Until   time.Time `json:"until,omitzero"`    // until when, UTC; runners ignore a date
}

// RateLimit is what RateLimit-* say (GitLab doc/administration/settings/user_and_ip_rate_limits.md).
type RateLimit struct {
	Name      string    `json:"name,omitempty"`      // which limit: "throttle_authenticated_api"
	Limit     int64     `json:"limit,omitempty"`     // requests a minute
	Observed  int64     `json:"observed,omitempty"`  // requests seen
	Remaining *int64    `json:"remaining,omitempty"` // requests left; nil if not said
	Reset     time.Time `json:"reset,omitzero"`      // when it begins anew, UTC
	ResetTime time.Time `json:"reset_time,omitzero"` // the same as a date, the only one that runners read: they wait until then (12.8 to 18.2 after a 429, since 18.3 after 408, 429 and 5xx)
}

// readAnswerHead reads the header of an answer; fields that are not known are gaps.
func readAnswerHead(e Endpoint, r *runnertape.Response, n *notes) AnswerHead {
	var h AnswerHead
	for _, f := range r.Header {
		switch knownHeaders.use(f.Name) {
		case unknown:
			n.headerGap(e, "response header", f)
		case useContentType:
			h.ContentType = clean(f.Value, 200)
		case useServer:
			h.Server = clean(f.Value, 200)
		case useVia:
			h.Via = clean(f.Value, 200)
		case useLocation:
			if r.Status >= 300 && r.Status <= 399 {
				h.Redirect = withoutSecrets(f.Value)
			}
		case useAuthenticate:
			h.Authenticate = clean(f.Value, 200)
		case useRetryAfter:
			h.RetryAfter = parseWait(f.Value, n)
		case useRateLimit:
			if h.RateLimit == nil {
				h.RateLimit = new(RateLimit)
			}
			h.RateLimit.take(f, n)
		}
	}
	return h
}

func parseWait(s string, n *notes) *Wait {
	if seconds, err := strconv.ParseInt(s, 10, 64); err == nil {
		return &Wait{Seconds: seconds}
	}
	at, err := httpTime(s)
	if err != nil {
		n.fault("response: Retry-After %s is neither a number nor a date", quote(s))
		return nil
	}
	return &Wait{Until: at}
}

// take reads one field.
func (l *RateLimit) take(f runnertape.Field, n *notes) {
	what := strings.ToLower(f.Name)[len("ratelimit-"):]
	if what == "name" {
		l.Name = clean(f.Value, 80)
		return
	}
	if what == "resettime" {
		at, err := httpTime(f.Value)
		if err != nil {
			n.fault("response: %s %s is no date", f.Name, quote(f.Value))
			return
		}
		l.ResetTime = at
		return
	}
	number, err := strconv.ParseInt(f.Value, 10, 64)
	if err != nil || number < 0 || number > maxUnix {
		n.fault("response: %s %s is no number", f.Name, quote(f.Value))
		return
	}
	switch what {
	case "limit":
		l.Limit = number
	case "observed":
		l.Observed = number
	case "remaining":
		l.Remaining = &number
	case "reset":
		l.Reset = time.Unix(number, 0).UTC()
	}
}

// httpTime reads a date as HTTP has it (RFC 9110 §5.6.7), in one of its three forms.
func httpTime(s string) (at time.Time, err error) {
	for _, layout := range []string{time.RFC1123, time.RFC850, time.ANSIC} {
		if at, err = time.Parse(layout, s); err == nil {
			return writable(at), nil
		}
	}
	return at, err
}

// writable is a time in UTC, or zero if JSON cannot hold it (years before 0 or after 9999).
func writable(at time.Time) time.Time {
	if at = at.UTC(); at.Year() < 0 || at.Year() > 9999 {
		return time.Time{}
	}
	return at
}

// maxUnix is the last second of the year 9999, later than which JSON has no times.
const maxUnix = 253402300799
