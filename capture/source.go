package capture

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// ErrFormat says that a file is no packet capture.
var ErrFormat = errors.New("it is no pcap or pcapng file")

// HeadBytes is how much of a file [Is] wants to see.
const HeadBytes = 4

// Is tells whether a file that begins with head, once unpacked, is a packet capture.
func Is(head []byte) bool {
	if len(head) < HeadBytes {
		return false
	}
	switch binary.BigEndian.Uint32(head) {
	case 0xa1b2c3d4, 0xd4c3b2a1, // pcap with microseconds, in either byte order
		0xa1b23c4d, 0x4d3cb2a1, // with nanoseconds
		0x0a0d0d0a: // pcapng's section header
		return true
	}
	return false
}

// Unpack is r without gzip, if it has that.
func Unpack(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, 1<<16)
	if magic, err := b.Peek(2); err != nil || magic[0] != 0x1f || magic[1] != 0x8b {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("unpack gzip: %w", err)
	}
	return bufio.NewReaderSize(z, 1<<16), nil
}

// source gives the packets of a file.
type source struct {
	next func() ([]byte, gopacket.CaptureInfo, error) // the bytes are valid until the next call
	link func(gopacket.CaptureInfo) layers.LinkType   // how a packet begins
}

func newSource(r io.Reader) (*source, error) {
	b, err := Unpack(r)
	if err != nil {
		return nil, err
	}
	head, err := b.Peek(HeadBytes)
	if !Is(head) {
		return nil, errors.Join(ErrFormat, ignoreEnd(err))
	}
	if head[0] == 0x0a {
		ng, err := pcapgo.NewNgReader(b, pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
		if err != nil {
			return nil, fmt.Errorf("read pcapng: %w", err)
		}
		return &source{ng.ZeroCopyReadPacketData, func(ci gopacket.CaptureInfo) layers.LinkType {
			link, _ := ci.AncillaryData[0].(layers.LinkType) // always is one
			return link
		}}, nil
	}
	p, err := pcapgo.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("read pcap: %w", err)
	}
	return &source{p.ZeroCopyReadPacketData, func(gopacket.CaptureInfo) layers.LinkType { return p.LinkType() }}, nil
}

func ignoreEnd(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
