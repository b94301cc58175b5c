//! Writes values as bytes.

use super::Unreadable;
use serde::ser::{self, Serialize};

/// Appends to a buffer.
pub(super) struct Writer<'a>(pub(super) &'a mut Vec<u8>);

type Written = Result<(), Unreadable>;

macro_rules! numbers {
    ($($name:ident $type:ty;)*) => {
        $(fn $name(self, value: $type) -> Written {
            self.0.extend_from_slice(&value.to_le_bytes());
            Ok(())
        })*
    };
}

impl Writer<'_> {
    fn length(&mut self, length: usize) -> Written {
        let length = u32::try_from(length).map_err(|_| Unreadable("too long".to_owned()))?;
        self.0.extend_from_slice(&length.to_le_bytes());
        Ok(())
    }

    fn known(&mut self, length: Option<usize>) -> Written {
        self.length(length.ok_or_else(|| Unreadable("a list of unknown length".to_owned()))?)
    }

    fn variant(&mut self, position: u32) {
        self.0.extend_from_slice(&position.to_le_bytes());
    }
}

impl ser::Serializer for &mut Writer<'_> {
    type Ok = ();
    type Error = Unreadable;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i8 i8; serialize_i16 i16; serialize_i32 i32; serialize_i64 i64;
        serialize_u8 u8; serialize_u16 u16; serialize_u32 u32; serialize_u64 u64;
        serialize_f32 f32; serialize_f64 f64;
    }

    fn serialize_bool(self, value: bool) -> Written {
        self.serialize_u8(u8::from(value))
    }

    fn serialize_char(self, value: char) -> Written {
        self.serialize_u32(u32::from(value))
    }

    fn serialize_str(self, value: &str) -> Written {
        self.serialize_bytes(value.as_bytes())
    }

    fn serialize_bytes(self, value: &[u8]) -> Written {
        self.length(value.len())?;
        self.0.extend_from_slice(value);
        Ok(())
    }

    fn serialize_none(self) -> Written {
        self.serialize_u8(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        self.0.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, position: u32, _: &'static str) -> Written {
        self.serialize_u32(position)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(self, _: &'static str, position: u32, _: &'static str, value: &T) -> Written {
        self.variant(position);
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, Unreadable> {
        self.known(length)?;
        Ok(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, Unreadable> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Unreadable> {
        Ok(self)
    }

    fn serialize_tuple_variant(self, _: &'static str, position: u32, _: &'static str, _: usize) -> Result<Self, Unreadable> {
        self.variant(position);
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, Unreadable> {
        self.known(length)?;
        Ok(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Unreadable> {
        Ok(self)
    }

    fn serialize_struct_variant(self, _: &'static str, position: u32, _: &'static str, _: usize) -> Result<Self, Unreadable> {
        self.variant(position);
        Ok(self)
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

macro_rules! parts {
    ($($kind:ident $part:ident;)*) => {
        $(impl ser::$kind for &mut Writer<'_> {
            type Ok = ();
            type Error = Unreadable;

            fn $part<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                value.serialize(&mut **self)
            }

            fn end(self) -> Written {
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeSeq serialize_element;
    SerializeTuple serialize_element;
    SerializeTupleStruct serialize_field;
    SerializeTupleVariant serialize_field;
}

macro_rules! named_parts {
    ($($kind:ident;)*) => {
        $(impl ser::$kind for &mut Writer<'_> {
            type Ok = ();
            type Error = Unreadable;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, value: &T) -> Written {
                value.serialize(&mut **self)
            }

            fn end(self) -> Written {
                Ok(())
            }
        })*
    };
}

named_parts! {
    SerializeStruct;
    SerializeStructVariant;
}

impl ser::SerializeMap for &mut Writer<'_> {
    type Ok = ();
    type Error = Unreadable;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut **self)
    }

    fn end(self) -> Written {
        Ok(())
    }
}
