package live

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"

	"runnertape"
)

// errBroken says that an answer broke off: the recorder was killed, or lost its patience.
var errBroken = errors.New("the recorder does not answer any more")

// errEnded says that the recorder has ended and let go of the file.
var errEnded = errors.New("the recorder has ended")

// isOver tells whether to go on with the file, or by another connection.
func isOver(err error) bool { return errors.Is(err, errBroken) || errors.Is(err, errEnded) }

// remote is a Source behind a socket.
type remote struct {
	header runnertape.Recording
	name   string // of the recorder, "" until it has said it
	http   *http.Client
}

// connect returns a Source that asks the recorder behind the socket at path.
func connect(path string) (*remote, error) {
	m := &remote{http: &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx, path) },
		// Bodies pass as they are, and a dump of a large one is no reason to unpack.
		DisableCompression: true,
	}}}
	name, err := m.getJSON("/header", &m.header)
	if err != nil {
		m.close()
		return nil, err
	}
	m.name = name
	return m, nil
}

func (m *remote) close() { m.http.CloseIdleConnections() }

// get asks for what is at path. What the answer is if not content comes back as an error.
func (m *remote) get(ctx context.Context, path string) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://recorder"+path, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set(recorderField, m.name)
	res, err := m.http.Do(r)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errBroken, err)
	}
	if v := res.Header.Get(versionField); v != version {
		res.Body.Close()
		return nil, fmt.Errorf("%w: it answers in version %q, and this one asks in version %q", ErrVersion, v, version)
	}
	if res.StatusCode == http.StatusOK {
		return res, nil
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(io.LimitReader(res.Body, 4<<10)) // as much of the reason as came
	reason := strings.TrimSpace(string(text))
	switch res.StatusCode {
	case http.StatusGone:
		return nil, errEnded
	case http.StatusNotFound:
		return nil, fmt.Errorf("%w (%s)", runnertape.ErrNoExchange, path)
	case http.StatusServiceUnavailable:
		return nil, fmt.Errorf("%w: %s", ErrBusy, reason)
	}
	return nil, errors.New(reason)
}

// getJSON also returns who answered.
func (m *remote) getJSON(path string, value any) (recorder string, err error) {
	res, err := m.get(context.Background(), path)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errBroken, err)
	}
	return res.Header.Get(recorderField), json.Unmarshal(text, value)
}
