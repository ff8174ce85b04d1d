package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"

	"runnertape"
)

// Header implements Source.
func (m *remote) Header() runnertape.Recording { return m.header }

// Exchange implements Source.
func (m *remote) Exchange(id uint64) (*runnertape.Exchange, error) {
	x := new(runnertape.Exchange)
	if _, err := m.getJSON("/exchanges/"+strconv.FormatUint(id, 10), x); err != nil {
		return nil, err
	}
	return x, nil
}

// ExchangesFrom implements Source.
func (m *remote) ExchangesFrom(first uint64) iter.Seq2[*runnertape.Exchange, error] {
	return func(yield func(*runnertape.Exchange, error) bool) {
		for more := true; more; {
			p, err := m.page(context.Background(), query{from: first})
			if err != nil {
				yield(nil, err)
				return
			}
			for _, x := range p.exchanges {
				first = x.ID + 1
				if !yield(x, nil) {
					return
				}
			}
			more = p.more
		}
	}
}

// page is an answer to a query.
type page struct {
	exchanges []*runnertape.Exchange
	more      bool   // another may follow
	commit    uint64 // that is wholly in it, or in the pages before
}

// page holds no connection when it returns, so that a slow caller keeps nobody waiting.
func (m *remote) page(ctx context.Context, q query) (*page, error) {
	res, err := m.get(ctx, "/exchanges?"+q.String())
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	p := &page{more: res.Header.Get(moreField) == "true"}
	if p.commit, err = parseID(res.Header.Get(commitField)); err != nil {
		return nil, fmt.Errorf("%s: %w", commitField, err)
	}
	for line := range bytes.Lines(text) {
		x := new(runnertape.Exchange)
		if err := json.Unmarshal(line, x); err != nil {
			return nil, fmt.Errorf("what the recorder answers is no exchange: %w", err)
		}
		p.exchanges = append(p.exchanges, x)
	}
	return p, nil
}

// BodyAt implements Source. It asks at once, so that it holds a connection until it is closed.
func (m *remote) BodyAt(id uint64, side runnertape.Side, offset int64) (io.ReadCloser, error) {
	res, err := m.get(context.Background(), fmt.Sprintf("/bodies/%d/%s?from=%d", id, side, offset))
	if err != nil {
		return nil, err
	}
	return &remoteBody{res}, nil
}

// remoteBody is content that ends only if the recorder said that it does.
type remoteBody struct{ answer *http.Response }

// Read implements io.Reader.
func (b *remoteBody) Read(p []byte) (int, error) {
	n, err := b.answer.Body.Read(p)
	switch reason := b.answer.Trailer.Get(errorField); {
	case err == nil:
	case !errors.Is(err, io.EOF):
		err = fmt.Errorf("%w: %w", errBroken, err)
	case reason != "":
		err = errors.New(reason)
	}
	return n, err
}

// Close implements io.Closer.
func (b *remoteBody) Close() error { return b.answer.Body.Close() }
