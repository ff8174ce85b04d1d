package live

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"

	"runnertape"
)

// A page ends with the exchange that reaches one of these.
const (
	pageExchanges = 256 // what a store.Reader reads in one transaction
	pageBytes     = 1 << 20
)

// makePage is a page as JSON lines, and whether another may follow.
func makePage(source Source, q query) (content []byte, more bool, err error) {
	var b bytes.Buffer
	e := newEncoder(&b)
	for _, id := range q.pending {
		x, err := source.Exchange(id)
		if errors.Is(err, runnertape.ErrNoExchange) || err == nil && x.State != runnertape.Done {
			continue
		}
		if err == nil {
			err = e.Encode(x)
		}
		if err != nil {
			return nil, false, err
		}
		if b.Len() >= pageBytes {
			return b.Bytes(), true, nil
		}
	}
	n := 0
	for x, err := range source.ExchangesFrom(q.from) {
		if err == nil {
			err = e.Encode(x)
		}
		if err != nil {
			return nil, false, err
		}
		if n++; n == pageExchanges || b.Len() >= pageBytes {
			return b.Bytes(), true, nil
		}
	}
	return b.Bytes(), false, nil
}

// newEncoder leaves messages as they are in the file, byte for byte.
func newEncoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}
