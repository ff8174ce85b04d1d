package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"runnertape"
)

// version is that of the protocol, see the package comment.
const version = "1"

// Header and trailer fields, see the package comment.
const (
	versionField  = "Runnertape-Live"
	recorderField = "Runnertape-Recorder" // in requests too
	moreField     = "Runnertape-More"
	commitField   = "Runnertape-Commit"
	errorField    = "Runnertape-Error"
)

func (s *Server) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /header", s.header)
	mux.HandleFunc("GET /exchanges", s.page)
	mux.HandleFunc("GET /exchanges/{id}", s.exchange)
	mux.HandleFunc("GET /bodies/{id}/{side}", s.body)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(versionField, version)
		w.Header().Set(recorderField, s.name)
		if r.Context().Value(tooMany{}) != nil {
			w.Header().Set("Connection", "close")
			http.Error(w, fmt.Sprintf("there are %d connections", MaxReaders), http.StatusServiceUnavailable)
			return
		}
		if meant := r.Header.Get(recorderField); meant != "" && meant != s.name {
			http.Error(w, "that recorder has ended, and this one goes on", http.StatusGone)
			return
		}
		http.NewResponseController(w).SetWriteDeadline(time.Time{}) // that of the connection's previous answer
		mux.ServeHTTP(w, r)
	})
}

// isEnding tells whether the recorder is, and nothing new can be read.
func (s *Server) isEnding() bool {
	select {
	case <-s.ending:
		return true
	default:
		return false
	}
}

// answer sends content, or what err says. A recorder that is ending closes its file at
// any moment, so that errors mean nothing then.
func (s *Server) answer(w http.ResponseWriter, content []byte, err error) {
	http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.patience))
	switch {
	case err == nil:
		w.Write(content)
	case s.isEnding():
		<-s.released
		http.Error(w, "the recorder has ended", http.StatusGone)
	case errors.Is(err, runnertape.ErrNoExchange):
		http.Error(w, err.Error(), http.StatusNotFound)
	default:
		http.Error(w, err.Error(), http.StatusInternalServerError)
	}
}

func (s *Server) header(w http.ResponseWriter, _ *http.Request) {
	content, err := json.Marshal(s.source.Header())
	s.answer(w, content, err)
}

func (s *Server) exchange(w http.ResponseWriter, r *http.Request) {
	id, err := parseID(r.PathValue("id"))
	var b bytes.Buffer
	if err == nil {
		s.turns.take(func() {
			var x *runnertape.Exchange
			if x, err = s.source.Exchange(id); err == nil {
				err = newEncoder(&b).Encode(x)
			}
		})
	}
	s.answer(w, b.Bytes(), err)
}

func (s *Server) page(w http.ResponseWriter, r *http.Request) {
	q, err := parseQuery(r.URL.Query())
	if err != nil {
		s.answer(w, nil, err)
		return
	}
	last, ok := s.commits.wait(r.Context(), s.ending, q.after)
	if !ok {
		s.answer(w, nil, errEnding)
		return
	}
	var content []byte
	var more bool
	s.turns.take(func() { content, more, err = makePage(s.source, q) })
	w.Header().Set(moreField, strconv.FormatBool(more))
	w.Header().Set(commitField, strconv.FormatUint(last, 10))
	s.answer(w, content, err)
}

// errEnding makes answer say that the recorder has ended, if anybody is there to be told.
var errEnding = errors.New("the recorder is ending")
