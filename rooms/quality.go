package rooms

import (
	"context"
	"fmt"
)

// Quality is how the SFU judged a connection last: sound and pictures, both ways.
type Quality int

// The qualities, the worse the less. The store keeps and compares these numbers.
const (
	QualityUnknown Quality = iota // not judged yet
	QualityLost
	QualityPoor
	QualityGood
	QualityExcellent
)

// RelayQuality is what was heard of the connection that a relay is of.
type RelayQuality struct {
	RelayID string
	Quality Quality
}

// Connections counts people whose connection to the gate is open by how the SFU judges it. Of somebody in two tabs the worse
// counts.
type Connections struct {
	Excellent int
	Good      int
	Poor      int
	Lost      int
	Unknown   int
}

// Add counts so many of a quality.
func (c *Connections) Add(q Quality, n int) {
	switch q {
	case QualityExcellent:
		c.Excellent += n
	case QualityGood:
		c.Good += n
	case QualityPoor:
		c.Poor += n
	case QualityLost:
		c.Lost += n
	default:
		c.Unknown += n
	}
}

// QualitiesHeard keeps what the gate heard of its relays, for administrators to read. One that has ended meanwhile keeps none.
func (s *Service) QualitiesHeard(ctx context.Context, heard []RelayQuality) error {
	if err := s.Presence.KeepQualities(ctx, heard); err != nil {
		return fmt.Errorf("keep qualities: %w", err)
	}
	return nil
}
