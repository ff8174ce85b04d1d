package proxy

import (
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"runnertape"
)

// unreachable answers for an upstream that could not be asked at all. Nothing was
// sent, so that a runner which tries again does no harm.
func (e *exchanging) unreachable(err error) {
	address := e.target.address()
	text := "runnertape: cannot ask " + address + ": " + shortError(err) + "\n"
	if e.dialed {
		text = "runnertape: cannot reach " + address + ": " + shortError(err) + "\n"
		if e.x != nil { // others are for the client to choose
			e.rec.down.lost(e.rec.config.Logger, address, err)
		}
	}
	h := e.w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(text)))
	body := runnertape.Body{Framing: runnertape.Length, Declared: int64(len(text))}
	if e.r.Method == http.MethodHead {
		body.Framing, text = runnertape.NoBody, ""
	}
	if e.x != nil {
		e.x.Replied = time.Now().UTC()
		e.x.Response = &runnertape.Response{
			Status: http.StatusBadGateway, Reason: http.StatusText(http.StatusBadGateway), Proto: "HTTP/1.1",
			Header: runnertape.HeaderOf(h), Ours: true, Body: body,
		}
	}
	e.record(runnertape.ResponseSide)([]byte(text))
	e.writeHead(http.StatusBadGateway)
	io.WriteString(e.w, text)
	e.end(ending{err, runnertape.ResponseSide, 0}, nil)
}

// reachability says once that an upstream is gone, and once that it is back.
type reachability struct{ lostHosts sync.Map }

func (d *reachability) lost(log *slog.Logger, address string, err error) {
	if _, known := d.lostHosts.LoadOrStore(address, true); !known {
		log.Warn("cannot reach "+address+"; clients get 502 until it is back", "error", shortError(err))
	}
}

func (d *reachability) found(log *slog.Logger, address string) {
	if _, known := d.lostHosts.LoadAndDelete(address); known {
		log.Info("reached " + address + " again")
	}
}
