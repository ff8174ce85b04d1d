package decode

import (
	"errors"
	"fmt"
	"io"

	"runnertape"
)

// DecodeFrom is [Decoder.Decode] of an exchange whose bodies are read here, as far as [Wants] says. What open opens is closed, and
// an error of either is returned with the side it is of.
func (d *Decoder) DecodeFrom(x *runnertape.Exchange, open func(runnertape.Side) (io.ReadCloser, error)) (*runnertape.Decoded, Message, error) {
	var b Bodies
	endpoint := Classify(x.Request.Method, x.Request.Path()).Endpoint
	for _, to := range []struct {
		side runnertape.Side
		head *[]byte
	}{{runnertape.RequestSide, &b.Request}, {runnertape.ResponseSide, &b.Response}} {
		n := Wants(endpoint, to.side)
		if n == 0 {
			continue
		}
		body, err := open(to.side)
		if err == nil {
			*to.head, err = io.ReadAll(io.LimitReader(body, n))
			err = errors.Join(err, body.Close())
		}
		if err != nil {
			return nil, nil, fmt.Errorf("%s body: %w", to.side, err)
		}
	}
	decoded, m := d.Decode(x, b)
	return decoded, m, nil
}
