package replay

import (
	"context"
	"log/slog"
	"net/http"

	"runnertape"
	"runnertape/redact"
)

// live is a request under the recording's rules. A runner may present the token that was recorded
// as a stand-in, that stand-in, which the payload gave it, or one of its own: the first two become
// the same. What it presents is known for as long as the request is answered.
func (r *Replayer) live(req *http.Request) *redact.Request {
	return redact.NewRequest(r.key, req.URL.RequestURI(), runnertape.HeaderOf(req.Header))
}

// shown is a text about a request as it may be logged and put into the receipt: without the
// tokens that the request presents, which may be real ones.
func (r *Replayer) shown(req *http.Request, text string) string { return r.live(req).Text(text) }

// path is the path of a request as it may be shown.
func (r *Replayer) path(req *http.Request) string { return r.shown(req, req.URL.EscapedPath()) }

// debug logs what clients can trigger at will.
func (r *Replayer) debug(req *http.Request, text string, facts ...any) {
	if r.log.Enabled(context.Background(), slog.LevelDebug) {
		r.log.Debug(text, append([]any{"method", req.Method, "path", r.path(req)}, facts...)...)
	}
}
