package live

import (
	"errors"
	"io"
	"math"
	"net/http"
	"strings"
	"time"

	"runnertape"
)

// pieceBytes of a body are read in one turn.
const pieceBytes = 256 << 10

func (s *Server) body(w http.ResponseWriter, r *http.Request) {
	var side runnertape.Side
	id, err := parseID(r.PathValue("id"))
	if err == nil {
		err = side.UnmarshalText([]byte(r.PathValue("side")))
	}
	var offset uint64
	if from := r.URL.Query().Get("from"); err == nil && from != "" {
		offset, err = parseID(from)
	}
	var content io.ReadCloser
	if err == nil {
		content, err = s.source.BodyAt(id, side, int64(min(offset, math.MaxInt64)))
	}
	if err != nil {
		s.answer(w, nil, err)
		return
	}
	defer content.Close()
	piece := make([]byte, pieceBytes)
	for err == nil {
		var n int
		s.turns.take(func() { n, err = fill(piece, content) })
		http.NewResponseController(w).SetWriteDeadline(time.Now().Add(s.patience))
		if _, gone := w.Write(piece[:n]); gone != nil {
			return
		}
	}
	switch {
	case errors.Is(err, io.EOF):
	case s.isEnding():
		<-s.released
		panic(http.ErrAbortHandler) // breaks the answer off: the reader goes on with the file
	default:
		w.Header().Set(http.TrailerPrefix+errorField, strings.Join(strings.Fields(err.Error()), " "))
	}
}

// fill reads until p is full. Unlike [io.ReadFull] it passes on each error as it is: an
// unexpected end is not an end.
func fill(p []byte, r io.Reader) (n int, err error) {
	for n < len(p) && err == nil {
		var more int
		more, err = r.Read(p[n:])
		n += more
	}
	return n, err
}
