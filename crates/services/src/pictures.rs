//! Converts uploaded pictures: decodes them within limits, rotates them upright, scales them down for a phone on a bad
//! network, and re-encodes them. Camera metadata (place, time, owner) and anything else hidden in the file is lost on
//! the way.

use std::io::Cursor;

use bytes::Bytes;
use image::{
    AnimationDecoder, DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits,
    codecs::{
        gif::GifDecoder,
        jpeg::JpegEncoder,
        png::{PngDecoder, PngEncoder},
        webp::WebPDecoder,
    },
    imageops::FilterType,
};
use sha2::{Digest, Sha256};
use thiserror::Error;

/// Longest side of a stored picture, in pixels: sharp across the width of a phone, and on paper.
pub const SIDE_MAX: u32 = 1_280;
/// Longest side of a picture that is decoded, in pixels.
const SIDE_READ: u32 = 12_000;
/// Most memory for decoding a picture, in bytes: enough for a photo of 50 megapixels.
const READ_MAX: u64 = 160 * 1024 * 1024;
/// JPEG quality, 1 to 100.
const QUALITY: u8 = 82;

/// Why an upload is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PictureError {
    #[error("not a picture that can be read")]
    NotAPicture,
    #[error("more pixels than are read")]
    TooManyPixels,
    /// The file ends before the picture does.
    #[error("a picture that is cut off")]
    CutOff,
}

/// A picture in the form in which it is stored.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub bytes: Bytes,
    pub sha256: [u8; 32],
    pub media_type: &'static str,
    pub width: u32,
    pub height: u32,
    /// The upload was animated; this is its first frame.
    pub was_moving: bool,
}

fn refused(error: image::ImageError) -> PictureError {
    match error {
        image::ImageError::Limits(_) => PictureError::TooManyPixels,
        image::ImageError::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => PictureError::CutOff,
        // The library's other errors need no message of their own.
        image::ImageError::IoError(_)
        | image::ImageError::Decoding(_)
        | image::ImageError::Encoding(_)
        | image::ImageError::Parameter(_)
        | image::ImageError::Unsupported(_) => PictureError::NotAPicture,
    }
}

/// Whether a JPEG is complete. The decoder silently fills missing parts with grey.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[mark, kind]) = bytes.get(at..).and_then(|rest| rest.first_chunk::<2>()) {
        match (mark, kind) {
            (0xff, 0xd9) => return true,
            // Fill bytes, and markers without a length.
            (0xff, 0xff) => at += 1,
            (0xff, 0x01 | 0xd0..=0xd8) => at += 2,
            (0xff, _) => {
                let Some(length) = bytes.get(at + 2..).and_then(|rest| rest.first_chunk::<2>()) else { return false };
                at += 2 + usize::from(u16::from_be_bytes(*length));
                if kind == 0xda {
                    // The picture's entropy-coded data, up to the next marker.
                    while bytes.get(at).is_some_and(|byte| *byte != 0xff)
                        || bytes.get(at + 1).is_some_and(|next| matches!(next, 0x00 | 0xd0..=0xd7))
                    {
                        at += 1;
                    }
                }
            }
            _ => return false,
        }
    }
    false
}

/// Whether the picture has more than one frame.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other formats are not taken, and have one picture")]
fn is_moving(bytes: &[u8], format: ImageFormat) -> bool {
    let more_frames = || {
        let decoder = GifDecoder::new(Cursor::new(bytes)).ok()?;
        Some(decoder.into_frames().take(2).filter(Result::is_ok).count() > 1)
    };
    match format {
        ImageFormat::Gif => more_frames().unwrap_or(false),
        ImageFormat::WebP => WebPDecoder::new(Cursor::new(bytes)).is_ok_and(|decoder| decoder.has_animation()),
        ImageFormat::Png => PngDecoder::new(Cursor::new(bytes)).is_ok_and(|decoder| decoder.is_apng().unwrap_or(false)),
        _ => false,
    }
}

/// The format according to the bytes; the name and type sent with an upload are not trusted.
fn format(bytes: &[u8]) -> Result<ImageFormat, PictureError> {
    let format = image::guess_format(bytes).map_err(|_| PictureError::NotAPicture)?;
    let known = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif];
    if known.contains(&format) { Ok(format) } else { Err(PictureError::NotAPicture) }
}

fn read(bytes: &[u8], format: ImageFormat) -> Result<DynamicImage, PictureError> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(SIDE_READ);
    limits.max_image_height = Some(SIDE_READ);
    limits.max_alloc = Some(READ_MAX);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(refused)?;
    if decoder.total_bytes() > READ_MAX {
        return Err(PictureError::TooManyPixels);
    }
    let orientation = decoder.orientation().map_err(refused)?;
    let mut picture = DynamicImage::from_decoder(decoder).map_err(refused)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

fn is_transparent(picture: &DynamicImage) -> bool {
    picture.color().has_alpha() && picture.to_rgba8().pixels().any(|pixel| pixel.0[3] < u8::MAX)
}

/// Converts an upload to the stored picture: a JPEG, or a PNG if anything is transparent. Of an animated picture it
/// keeps the first frame. Takes up to a second, so don't call it on an async thread.
///
/// # Errors
/// [`PictureError`].
pub fn prepare(bytes: &[u8]) -> Result<Prepared, PictureError> {
    let format = format(bytes)?;
    let mut picture = read(bytes, format)?;
    if format == ImageFormat::Jpeg && !is_whole_jpeg(bytes) {
        return Err(PictureError::CutOff);
    }
    if picture.width().max(picture.height()) > SIDE_MAX {
        picture = picture.resize(SIDE_MAX, SIDE_MAX, FilterType::CatmullRom);
    }
    let mut out = Vec::new();
    let media_type = if is_transparent(&picture) {
        picture.to_rgba8().write_with_encoder(PngEncoder::new(&mut out)).map_err(refused)?;
        "image/png"
    } else {
        picture.to_rgb8().write_with_encoder(JpegEncoder::new_with_quality(&mut out, QUALITY)).map_err(refused)?;
        "image/jpeg"
    };
    Ok(Prepared {
        sha256: Sha256::digest(&out).into(),
        bytes: out.into(),
        media_type,
        width: picture.width(),
        height: picture.height(),
        was_moving: is_moving(bytes, format),
    })
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage, Rgba, RgbaImage};

    use super::*;

    fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
        let mut out = Cursor::new(Vec::new());
        picture.write_to(&mut out, format).unwrap();
        out.into_inner()
    }

    /// Left half red, right half blue.
    fn halves(width: u32, height: u32) -> DynamicImage {
        RgbImage::from_fn(width, height, |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) })
            .into()
    }

    /// Inserts an Exif block after the first marker of a JPEG, with an orientation and a text such as a camera writes.
    fn with_exif(jpeg: &[u8], orientation: u8, note: &str) -> Vec<u8> {
        let mut tiff = b"MM\0*\0\0\0\x08\0\x02".to_vec();
        tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
        let length = u32::try_from(note.len()).unwrap().to_be_bytes();
        tiff.extend([0x01, 0x0e, 0, 2]);
        tiff.extend(length);
        tiff.extend(38u32.to_be_bytes());
        tiff.extend([0, 0, 0, 0]);
        tiff.extend(note.as_bytes());
        let mut segment = b"Exif\0\0".to_vec();
        segment.extend(&tiff);
        let mut out = jpeg[..2].to_vec();
        out.extend([0xff, 0xe1]);
        out.extend(u16::try_from(segment.len() + 2).unwrap().to_be_bytes());
        out.extend(&segment);
        out.extend(&jpeg[2..]);
        out
    }

    #[test]
    fn a_large_photo_becomes_small_and_keeps_its_shape() {
        let made = prepare(&written(&halves(3_000, 2_000), ImageFormat::Jpeg)).unwrap();
        assert_eq!((made.width, made.height), (1_280, 853));
        assert_eq!(made.media_type, "image/jpeg");
        let again = image::load_from_memory(&made.bytes).unwrap();
        assert_eq!((again.width(), again.height()), (made.width, made.height));
    }

    #[test]
    fn a_photo_stands_upright_and_tells_nothing_of_where_it_was_taken() {
        let note = "51.5007 N, 0.1246 W, by Anna";
        let turned = with_exif(&written(&halves(40, 20), ImageFormat::Jpeg), 6, note);
        assert!(turned.windows(note.len()).any(|bytes| bytes == note.as_bytes()));
        let made = prepare(&turned).unwrap();
        // A quarter turn clockwise: the left side ends up on top.
        assert_eq!((made.width, made.height), (20, 40));
        let upright = image::load_from_memory(&made.bytes).unwrap().to_rgb8();
        assert!(upright.get_pixel(10, 5).0[0] > 150 && upright.get_pixel(10, 35).0[2] > 150);
        assert!(!made.bytes.windows(note.len()).any(|bytes| bytes == note.as_bytes()));
        assert!(!made.bytes.windows(4).any(|bytes| bytes == b"Exif"));
    }

    #[test]
    fn what_shines_through_stays_so_and_an_opaque_one_is_not_stored_as_if_it_did() {
        let clear: DynamicImage = RgbaImage::from_pixel(8, 8, Rgba([0, 120, 0, 90])).into();
        assert_eq!(prepare(&written(&clear, ImageFormat::Png)).unwrap().media_type, "image/png");
        let solid: DynamicImage = RgbaImage::from_pixel(8, 8, Rgba([0, 120, 0, 255])).into();
        assert_eq!(prepare(&written(&solid, ImageFormat::Png)).unwrap().media_type, "image/jpeg");
        assert_eq!(prepare(&written(&halves(8, 8), ImageFormat::WebP)).unwrap().media_type, "image/jpeg");
        assert_eq!(prepare(&written(&halves(8, 8), ImageFormat::Gif)).unwrap().media_type, "image/jpeg");
    }

    #[test]
    fn what_is_no_picture_is_refused_whatever_it_is_called() {
        let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
        for bytes in [&b""[..], svg, b"BM000000000000000000"] {
            assert_eq!(prepare(bytes).unwrap_err(), PictureError::NotAPicture);
        }
    }

    /// Noise: a picture that compresses to almost nothing can't be cut in half.
    fn noise() -> DynamicImage {
        let mut seed = 7_u32;
        RgbImage::from_fn(200, 200, |_, _| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let [a, b, c, _] = seed.to_le_bytes();
            Rgb([a, b, c])
        })
        .into()
    }

    #[test]
    fn half_a_picture_is_refused_and_not_drawn_half_grey() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
            let whole = written(&noise(), format);
            assert!(prepare(&whole).is_ok(), "{format:?}");
            for part in [whole.len() / 2, whole.len() - 2_000] {
                assert!(prepare(&whole[..part]).is_err(), "{format:?} cut at {part} of {}", whole.len());
            }
        }
        let jpeg = written(&noise(), ImageFormat::Jpeg);
        assert_eq!(prepare(&jpeg[..jpeg.len() / 2]).unwrap_err(), PictureError::CutOff);
        // Data after the end (a phone's second picture) doesn't count.
        let more = [&jpeg[..], b"trailing"].concat();
        assert!(prepare(&more).is_ok());
    }

    #[test]
    fn of_a_moving_picture_the_first_frame_stays_and_it_is_told() {
        let mut gif = Vec::new();
        let frame = |colour: u8| image::Frame::new(RgbaImage::from_pixel(8, 8, Rgba([colour, 0, 0, 255])));
        image::codecs::gif::GifEncoder::new(&mut gif).encode_frames([frame(250), frame(10)]).unwrap();
        let made = prepare(&gif).unwrap();
        assert!(made.was_moving);
        assert!(image::load_from_memory(&made.bytes).unwrap().to_rgb8().get_pixel(4, 4).0[0] > 200, "the first");
        assert!(!prepare(&written(&halves(8, 8), ImageFormat::Gif)).unwrap().was_moving);
    }

    #[test]
    fn a_small_file_that_says_it_is_huge_is_not_read() {
        // The header of a PNG with 50,000 × 50,000 pixels.
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\xc3\x50\0\0\xc3\x50\x08\x02\0\0\0".to_vec();
        png.extend([0xc8, 0x0b, 0x9a, 0x63]);
        png.extend(b"\0\0\0\0IDAT");
        assert!(prepare(&png).is_err());
        let wide = written(&RgbImage::new(12_001, 1).into(), ImageFormat::Png);
        assert_eq!(prepare(&wide).unwrap_err(), PictureError::TooManyPixels);
    }
}
