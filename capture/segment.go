package capture

import (
	"bytes"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/ip4defrag"
	"github.com/gopacket/gopacket/ip6defrag"
	"github.com/gopacket/gopacket/layers"
)

const (
	// fragmentAge is how long a fragment waits for the others (RFC 791 suggests no less than 15 s).
	fragmentAge = 30 * time.Second
	// maxFragments6 is after how many fragments of IPv6 those that still wait are given up: gopacket
	// takes their age from the clock, which has nothing to do with the time of a capture.
	maxFragments6 = 1 << 14
)

// segment is a TCP segment, and where it went.
type segment struct {
	network gopacket.Flow
	tcp     *layers.TCP
	cut     int // bytes at the end of its payload that were not captured
}

// unwrapper finds the TCP segments in packets.
type unwrapper struct {
	ip4     *ip4defrag.IPv4Defragmenter
	ip6     *ip6defrag.IPv6Defragmenter
	count6  int       // fragments ip6 was given
	discard time.Time // when old fragments are to leave
}

func newUnwrapper() *unwrapper {
	return &unwrapper{ip4: ip4defrag.NewIPv4Defragmenter(), ip6: ip6defrag.NewIPv6Defragmenter()}
}

// segment is nil if the packet, or what is there of it so far, is no TCP. It is damaged if it
// should be and cannot be read.
func (u *unwrapper) segment(data []byte, link layers.LinkType, at time.Time) (s *segment, damaged bool) {
	if u.discard.Before(at) {
		u.ip4.DiscardOlderThan(at.Add(-fragmentAge))
		u.discard = at.Add(fragmentAge)
	}
	p := gopacket.NewPacket(data, link, gopacket.DecodeOptions{Lazy: true, NoCopy: true})
	switch ip := p.NetworkLayer().(type) {
	case *layers.IPv4:
		if ip.Flags&layers.IPv4MoreFragments == 0 && ip.FragOffset == 0 {
			return ofPacket(p, ip, ip.Protocol == layers.IPProtocolTCP, int(ip.Length)-int(ip.IHL)*4-len(ip.Payload))
		}
		whole, err := u.ip4.DefragIPv4WithTimestamp(own4(ip), at)
		if err != nil || whole == nil {
			return nil, err != nil
		}
		return ofPayload(whole, whole.Protocol, whole.Payload)
	case *layers.IPv6:
		if f, ok := p.Layer(layers.LayerTypeIPv6Fragment).(*layers.IPv6Fragment); ok {
			return u.fragment6(ip, f)
		}
		cut := int(ip.Length) - len(ip.Payload)
		if ip.HopByHop != nil {
			cut -= ip.HopByHop.ActualLength
		}
		return ofPacket(p, ip, ip.NextHeader == layers.IPProtocolTCP, cut)
	}
	return nil, p.ErrorLayer() != nil
}

func (u *unwrapper) fragment6(ip *layers.IPv6, f *layers.IPv6Fragment) (*segment, bool) {
	if u.count6++; u.count6 > maxFragments6 {
		u.ip6, u.count6 = ip6defrag.NewIPv6Defragmenter(), 0
	}
	header := *ip
	header.SrcIP, header.DstIP = bytes.Clone(ip.SrcIP), bytes.Clone(ip.DstIP)
	f.Payload = bytes.Clone(f.Payload)
	whole := u.ip6.DefragIPv6(&header, f)
	if whole == nil {
		return nil, false
	}
	return ofPayload(whole, whole.NextHeader, whole.Payload)
}

// own4 is ip with bytes that outlive its packet.
func own4(ip *layers.IPv4) *layers.IPv4 {
	c := *ip
	c.SrcIP, c.DstIP, c.Payload = bytes.Clone(ip.SrcIP), bytes.Clone(ip.DstIP), bytes.Clone(ip.Payload)
	return &c
}

// ofPacket is the segment in an unfragmented packet that lacks cut bytes at its end.
func ofPacket(p gopacket.Packet, ip gopacket.NetworkLayer, isTCP bool, cut int) (*segment, bool) {
	tcp, ok := p.TransportLayer().(*layers.TCP)
	if !ok {
		return nil, isTCP || p.ErrorLayer() != nil
	}
	return &segment{ip.NetworkFlow(), tcp, max(0, cut)}, false
}

func ofPayload(ip gopacket.NetworkLayer, protocol layers.IPProtocol, payload []byte) (*segment, bool) {
	if protocol != layers.IPProtocolTCP {
		return nil, false
	}
	tcp := new(layers.TCP)
	if err := tcp.DecodeFromBytes(payload, gopacket.NilDecodeFeedback); err != nil {
		return nil, true
	}
	return &segment{ip.NetworkFlow(), tcp, 0}, false
}
